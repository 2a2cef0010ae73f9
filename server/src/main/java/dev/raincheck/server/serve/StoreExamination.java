package dev.raincheck.server.serve;

import dev.raincheck.doctor.Finding;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.postgres.PostgresDoctor;
import dev.raincheck.server.cli.Examine;
import dev.raincheck.server.config.Durability;
import dev.raincheck.server.config.ServerConfig;
import dev.raincheck.server.config.StoreConfig;
import dev.raincheck.sqlite.SqliteConfig;
import dev.raincheck.sqlite.SqliteDoctor;
import java.time.InstantSource;
import java.util.List;

/** A read-only look at the store that the configuration names, whether or not a server has it open. */
public final class StoreExamination implements Examine {
  private final InstantSource clock;

  public StoreExamination(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public List<Finding> examine(ServerConfig config) {
    boolean strict = config.durability() == Durability.STRICT;
    return switch (config.store()) {
      case StoreConfig.Sqlite(var file) ->
          SqliteDoctor.examine(SqliteConfig.at(file).withStrict(strict), clock, System::nanoTime);
      case StoreConfig.Postgres(var url, _) -> postgres(url.reveal(), strict);
    };
  }

  private List<Finding> postgres(String url, boolean strict) {
    try {
      return PostgresDoctor.examine(Stores.postgres(url).withStrict(strict), clock, System::nanoTime);
    } catch (StoreException e) {
      return List.of(Finding.problem("reachable", "", String.valueOf(e.getMessage()), "Correct `store`."));
    }
  }
}
