"""The door for notebooks: a book, what one asks of it in plain words, and answers that become data frames."""

from keyworth.notebook.book import Book
from keyworth.notebook.results import Backtest, Comparison, Customers, FittedModel, Imported, ValueBook

__all__ = ["Backtest", "Book", "Comparison", "Customers", "FittedModel", "Imported", "ValueBook"]
