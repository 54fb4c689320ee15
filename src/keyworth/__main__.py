import sys

from keyworth.cli import main

sys.exit(main())
