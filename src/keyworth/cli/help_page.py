"""The page that --help prints, in the reader's language throughout: the parser's own is English only."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from keyworth.cli.language import t
from keyworth.words import Message
from keyworth.words.wide_text import padded, width, wrapped

_WIDEST, _LONGEST_NAME = 100, 30
# What the parser adds by itself, in our words.
_ADDED = {
    "--help": Message("Print this page."),
    "--install-completion": Message("Teach the shell to complete commands and options."),
    "--show-completion": Message("Print what --install-completion would add, to copy or adapt it."),
}


class Command(TyperCommand):
    """A command whose help is our page."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(command_page(self, ctx))


class Group(TyperGroup):
    """The command that has the others, with our page too."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        for one in self.params:
            if "--install-completion" in one.opts:
                one.callback = _install_completion
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(group_page(self, ctx))


class App(typer.Typer):
    """A typer whose commands print our pages."""

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Any], Any]:
        """Adds a command; see typer.Typer.command."""
        return super().command(name, cls=Command, **settings)


def command_page(command: Any, ctx: Any) -> str:
    """Usage, what the command does, its arguments and options."""
    arguments = [one for one in command.get_params(ctx) if one.param_type_name == "argument"]
    names = [_argument(one) for one in arguments]
    names += [f"{one.opts[0]} {_plain(one)}" for one in command.get_params(ctx) if _is_option(one) and one.required]
    return _page(
        [t(Message("Usage: {command} [OPTIONS]", command=" ".join([ctx.command_path, *names])))],
        _paragraphs(command.help or ""),
        _table(Message("Arguments:"), [(_plain(one), _told(one)) for one in arguments]),
        _options(command, ctx),
    )


def group_page(group: Any, ctx: Any) -> str:
    """Usage, what there is to do, in the order one does it, and where to start."""
    rows = [(name, (one.help or "").partition("\n")[0]) for name, one in group.commands.items()]
    return _page(
        [t(Message("Usage: {command} COMMAND [OPTIONS]", command=ctx.command_path))],
        _paragraphs(group.help or ""),
        _table(Message("Commands:"), rows),
        _options(group, ctx),
        _paragraphs(group.epilog or ""),
    )


def _page(*parts: Sequence[str]) -> str:
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _places() -> int:
    return min(shutil.get_terminal_size().columns, _WIDEST) - 2


def _paragraphs(text: str) -> list[str]:
    """Wrapped, but for commands to type: those stand on a line of their own, to be copied whole."""
    lines: list[str] = []
    for paragraph in filter(None, (each.strip() for each in text.split("\n\n"))):
        command = paragraph.startswith("keyworth ")
        lines += [""] * bool(lines and not (command and lines[-1].startswith("    ")))
        lines += [f"    {paragraph}"] if command else [f"  {line}" for line in wrapped(paragraph, _places() - 2)]
    return lines


def _options(command: Any, ctx: Any) -> list[str]:
    options = [one for one in command.get_params(ctx) if _is_option(one) and not one.hidden]
    return _table(Message("Options:"), [(_names(one), _told(one)) for one in options])


def _is_option(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "option")


def _names(option: Any) -> str:
    names = ", ".join(sorted(option.opts, key=len))
    if option.secondary_opts:
        names += " / " + ", ".join(option.secondary_opts)
    return names if option.is_flag else f"{names} {_plain(option)}"


def _plain(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _argument(parameter: Any) -> str:
    return _plain(parameter) if parameter.required else f"[{_plain(parameter)}]"


def _told(parameter: Any) -> str:
    own = next((_ADDED[name] for name in parameter.opts if name in _ADDED), None)
    text = t(own) if own else parameter.help or ""
    if parameter.required and _is_option(parameter):
        text += t(Message(" (required)"))
    elif (
        parameter.show_default
        and not own
        and not getattr(parameter, "is_flag", False)
        and parameter.default is not None
    ):
        default = parameter.default
        said = f"{default:g}" if isinstance(default, float) else str(default)
        text += t(Message(" (default: {value})", value=said))
    return text


def _table(title: Message, rows: Iterable[tuple[str, str]]) -> list[str]:
    rows = list(rows)
    if not rows:
        return []
    first = min(max(width(name) for name, _ in rows), _LONGEST_NAME)
    lines = [t(title)]
    for name, text in rows:
        told = wrapped(text, max(_places() - first - 4, 20)) or [""]
        if width(name) > first:
            lines.append(f"  {name}")
        else:
            lines.append(f"  {padded(name, first)}  {told.pop(0)}".rstrip())
        lines += [" " * (first + 4) + line for line in told]
    return lines


def _install_completion(ctx: Any, parameter: Any, wanted: Any) -> Any:
    if not wanted or ctx.resilient_parsing:
        return wanted
    from typer import completion

    shell, path = completion.install()  # type: ignore[attr-defined] # there, but not listed
    print(
        t(
            Message(
                "Completion for {shell} is in {path}. It works in every terminal opened from now on.",
                shell=shell,
                path=str(path),
            )
        )
    )
    raise typer.Exit
