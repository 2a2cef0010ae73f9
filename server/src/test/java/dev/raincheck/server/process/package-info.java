/** The real program in a process of its own: killed, stopped, started wrongly, out of disk. */
package dev.raincheck.server.process;
