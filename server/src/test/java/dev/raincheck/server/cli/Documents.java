package dev.raincheck.server.cli;

/** Documents as the server sends them, cut down to what differs. */
final class Documents {
  static final String JSON = "Content-Type: application/json";
  static final String PROBLEM = "Content-Type: application/problem+json";

  private Documents() {}

  /**
   * @param members further members, each beginning with a comma
   */
  static String operation(String status, boolean done, String members) {
    return """
    {"id":"op_01J","object":"operation","type":"report.generate","status":"%s","done":%s,\
    "attempt":1,"created_at":"2026-11-24T09:00:00.000Z",\
    "updated_at":"2026-11-24T09:00:01.000Z","correlation_id":"op_01J"%s}\
    """
        .formatted(status, done, members);
  }

  static String running(String progress) {
    return operation("running", false, ",\"progress\":" + progress);
  }

  static String succeeded(String result) {
    return operation(
        "succeeded",
        true,
        ",\"finished_at\":\"2026-11-24T09:00:01.000Z\",\"result_content_type\":\"application/json\""
            + ",\"result\":"
            + result);
  }

  static String ended(String status, String code, String detail) {
    return operation(
        status, true, ",\"error\":{\"code\":\"%s\",\"detail\":\"%s\"}".formatted(code, detail));
  }
}
