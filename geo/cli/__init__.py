"""The command line. A module holds the commands of one subject; nothing heavy is imported until one runs."""

import click

from geo.cli import access, analyses, briefs, database, imports, planning


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Địa Bàn: ai phụ trách nơi nào, có gì mới. / Who is responsible where, and what changed."""


for _module in (database, imports, analyses, planning, briefs, access):
    for _command in _module.COMMANDS:
        main.add_command(_command)
