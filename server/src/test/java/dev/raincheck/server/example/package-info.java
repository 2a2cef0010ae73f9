/** The examples, each run as the README of it says. */
package dev.raincheck.server.example;
