package dev.raincheck.bench.peers;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.UUID;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.configuration.JobRunrConfiguration.JobRunrConfigurationResult;
import org.jobrunr.jobs.Job;
import org.jobrunr.jobs.filters.ApplyStateFilter;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.jobs.states.JobState;
import org.jobrunr.jobs.states.StateName;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;
import org.jobrunr.utils.mapper.jackson3.Jackson3JsonMapper;

/** JobRunr with job requests, which need no analysis of lambdas, and the shortest poll that it takes. */
final class JobRunrJobs implements Peer.Jobs {
  private static final Duration POLL = Duration.ofSeconds(5);

  /** What a job is given. */
  public record Life(String json) implements JobRequest {
    @Override
    public Class<LifeHandler> getJobRequestHandler() {
      return LifeHandler.class;
    }
  }

  /** Does nothing. */
  public static final class LifeHandler implements JobRequestHandler<Life> {
    @Override
    public void run(Life life) {}
  }

  private final HikariDataSource pool;
  private final Waiting waiting = new Waiting();
  private final JobRunrConfigurationResult jobRunr;

  JobRunrJobs(HikariDataSource pool) {
    this.pool = pool;
    ApplyStateFilter ends = (Job job, JobState before, JobState after) -> {
      if (after.getName() == StateName.SUCCEEDED) waiting.ended(job.getId().toString());
    };
    jobRunr =
        JobRunr.configure()
            .useJsonMapper(new Jackson3JsonMapper())
            .useStorageProvider(SqlStorageProviderFactory.using(pool))
            .withJobFilter(ends)
            .useBackgroundJobServer(
                BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                    .andWorkerCount(Peer.SLOTS)
                    .andPollInterval(POLL))
            .initialize();
  }

  /** One question in five seconds disturbs nobody; between them, a worker that is free asks for more. */
  @Override
  public void active(boolean active) {}

  @Override
  public void perform() throws Exception {
    var id = UUID.randomUUID();
    var end = waiting.begin(id.toString());
    jobRunr.getJobRequestScheduler().enqueue(id, new Life(Peer.JSON));
    Waiting.await(end);
  }

  @Override
  public void close() {
    JobRunr.destroy();
    pool.close();
  }
}
