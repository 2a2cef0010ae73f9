package dev.raincheck.bench.peers;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbos.transact.DBOS;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Workflow;

/** DBOS with workflows that are started directly: through a queue, a caller learns of the end once a second. */
final class DbosJobs implements Peer.Jobs {
  /** What DBOS makes durable. */
  public interface Life {
    String live(String json);
  }

  /** Gives its input back. */
  public static final class Echo implements Life {
    @Override
    @Workflow(name = "live")
    public String live(String json) {
      return json;
    }
  }

  private final HikariDataSource pool;
  private final DBOS dbos;
  private final Life life;

  DbosJobs(HikariDataSource pool) {
    this.pool = pool;
    dbos = new DBOS(DBOSConfig.defaults("bench").withDataSource(pool));
    life = dbos.registerProxy(Life.class, new Echo());
    dbos.launch();
  }

  /** What is started directly polls nothing. */
  @Override
  public void active(boolean active) {}

  @Override
  public void perform() throws Exception {
    var handle = dbos.startWorkflow(() -> life.live(Peer.JSON));
    handle.getResult();
  }

  @Override
  public void close() {
    dbos.shutdown();
    pool.close();
  }
}
