package dev.raincheck.bench.peers;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** db-scheduler with what its documents advise for throughput: lock-and-fetch, and immediate execution. */
final class DbSchedulerJobs implements Peer.Jobs {
  private static final String TABLE =
      """
      CREATE TABLE scheduled_tasks (
        task_name text NOT NULL, task_instance text NOT NULL, task_data bytea, execution_time timestamptz NOT NULL,
        picked boolean NOT NULL, picked_by text, last_success timestamptz, last_failure timestamptz,
        consecutive_failures int, last_heartbeat timestamptz, version bigint NOT NULL, priority smallint,
        PRIMARY KEY (task_name, task_instance));
      CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time);
      CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)\
      """;

  private final HikariDataSource pool;
  private final Waiting waiting = new Waiting();
  private final OneTimeTask<String> task;
  private final Scheduler scheduler;

  DbSchedulerJobs(HikariDataSource pool) throws SQLException {
    this.pool = pool;
    try (var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(TABLE);
    }
    task = Tasks.oneTime("life", String.class).execute((instance, context) -> {});
    scheduler =
        Scheduler.create(pool, task)
            .threads(Peer.SLOTS)
            .pollUsingLockAndFetch(1.0, 4.0)
            .pollingInterval(Duration.ofMillis(50))
            .enableImmediateExecution()
            .addSchedulerListener(
                new AbstractSchedulerListener() {
                  @Override
                  public void onExecutionComplete(ExecutionComplete complete) {
                    waiting.ended(complete.getExecution().taskInstance.getId());
                  }
                })
            .build();
    scheduler.start();
  }

  @Override
  public void active(boolean active) {
    if (active) scheduler.resume();
    else scheduler.pause();
  }

  @Override
  public void perform() throws Exception {
    var id = UUID.randomUUID().toString();
    var end = waiting.begin(id);
    scheduler.schedule(task.instance(id, Peer.JSON), Instant.now());
    Waiting.await(end);
  }

  @Override
  public void close() {
    scheduler.stop();
    pool.close();
  }
}
