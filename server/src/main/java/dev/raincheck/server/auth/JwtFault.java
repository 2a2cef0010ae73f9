package dev.raincheck.server.auth;

/** Why a token is not taken. A closed list: it is a label of a metric. */
enum JwtFault {
  MALFORMED("The token is no signed JWT that can be read."),
  HEADER("The token's header asks for something that is not supported."),
  ISSUER("The token's issuer is not trusted here."),
  ALGORITHM("The token is signed in a way that is not accepted from its issuer."),
  KEY("The token's signing key is not among its issuer's."),
  SIGNATURE("The token's signature is wrong."),
  AUDIENCE("The token is meant for another audience."),
  EXPIRED("The token has expired; get a new one."),
  NOT_YET("The token is not valid yet."),
  CLAIMS("The token lacks a claim that is needed, or has one of a wrong type."),
  TENANT("The token names no tenant that is known here.");

  private final String detail;

  JwtFault(String detail) {
    this.detail = detail;
  }

  /** A sentence for the client: printable ASCII without quotes. */
  String detail() {
    return detail;
  }
}
