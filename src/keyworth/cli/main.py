"""The command itself: finds the sub-command, and turns whatever goes wrong into one clear sentence."""

import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException

from keyworth.cli import answer
from keyworth.cli.help_page import App, Group
from keyworth.cli.language import check, listen, t
from keyworth.cli.options import Lang
from keyworth.cli.usage import asks_for_help, usage
from keyworth.errors import KeyworthError
from keyworth.words import Message

REFUSED, BROKEN, INTERRUPTED = 2, 1, 130

app = App(
    name="keyworth",
    cls=Group,
    help=t(Message("What each customer is worth, from the orders you already have.")),
    epilog=t(
        Message(
            "Start with:\n\nkeyworth import orders.csv --into BOOK\n\nkeyworth value BOOK\n\n"
            "keyworth report BOOK -o report.html"
        )
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        print(f"keyworth {metadata.version('keyworth')}")
        raise typer.Exit


@app.callback()
def keyworth(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=t(Message("Print the version.")))
    ] = False,
    lang: Lang = None,
) -> None:
    """Options of the command itself; `language` has read --lang already, since the help is said in it."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 2 refused (with a reason), 1 a fault of ours."""
    import keyworth.cli.commands  # noqa: F401  each module adds its command

    arguments = sys.argv[1:] if arguments is None else arguments
    listen(arguments)
    as_json, debug = "--json" in arguments, "--debug" in arguments
    try:
        check()
        code = app(arguments, prog_name="keyworth", standalone_mode=False)
        if code == INTERRUPTED:  # the parser has turned Ctrl-C into its exit code
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except KeyworthError as error:
        if debug:
            raise
        _refuse(error, as_json=as_json)
        return REFUSED
    except TyperException as error:
        if asks_for_help(error):
            print(error.ctx.get_help())  # type: ignore[attr-defined]
            return 0
        if debug:
            raise
        _refuse(usage(error, arguments), as_json=as_json)
        return REFUSED
    except KeyboardInterrupt:
        answer.note(Message("Interrupted. What was stored before is as it was."))
        return INTERRUPTED
    except Exception as error:
        if debug:
            raise
        fault = KeyworthError(
            Message(
                "This should not have happened: {kind}: {text}",
                kind=type(error).__name__,
                text=str(error)[:500],
            ),
            hint=Message("Run it again with --debug and report what it prints."),
        )
        fault.code = "internal"
        _refuse(fault, as_json=as_json)
        return BROKEN


def _refuse(error: KeyworthError, *, as_json: bool) -> None:
    if as_json:
        told = {
            "code": error.code,
            "message": t(error.message),
            "hint": t(error.hint) if error.hint else None,
        }
        answer.machine({"error": told, **error.counts})
        return
    answer.note(error.message)
    if error.hint is not None:
        answer.note(error.hint)
