/** Programs of the npm world that the tests run as they are: linters, and other people's clients. */
package dev.raincheck.server.npm;
