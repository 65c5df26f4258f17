// What was read so far, and what the program told of the rest.

export const state = {
  events: [],     // all that were read, newest first; the place of one here is its place on the server
  next: "0",      // the place of the next
  done: false,    // nothing more will be read
  most: 0, cut: false, ranged: false,
  apis: [],       // those that are configured
  failures: [],   // what went wrong
  lacks: [],      // why what was read is not everything
  until: Infinity, // the list begins before this time
  shown: null,    // the APIs that are shown; null for all
};
