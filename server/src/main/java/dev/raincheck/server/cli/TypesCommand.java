package dev.raincheck.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "types", description = "Lists the operation types and what they promise.")
final class TypesCommand extends ClientCommand {
  @Option(names = "--json", description = "prints the document")
  private boolean json;

  TypesCommand(Cli cli) {
    super(cli);
  }

  @Override
  int run(Api api, Terminal terminal) {
    var answer = api.get("/v1/operation-types");
    if (json) {
      terminal.text(answer.text().strip());
      return ExitCode.OK;
    }
    var table = new Table("TYPE", "ACCEPTS", "DELIVERY", "ATTEMPTS", "DESCRIPTION");
    for (var card : Json.data(answer.json())) {
      var guarantees = Json.object(card, "guarantees");
      table.row(
          Json.text(card, "name").orElse("?"),
          Json.joined(card, "accepts"),
          guarantees.flatMap(g -> Json.text(g, "delivery")).orElse("-"),
          guarantees.flatMap(g -> Json.text(g, "max_attempts")).orElse("-"),
          Json.text(card, "description").orElse(""));
    }
    table.print(terminal);
    return ExitCode.OK;
  }
}
