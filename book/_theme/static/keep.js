// What the book remembers of its reader, in the reader's own browser: bets, pages read, how to show
// code. Nothing leaves the machine. Where the browser keeps nothing (private windows, blocked
// storage), it is remembered until the page is left.

globalThis.rgKeep = (() => {
  const PREFIX = "zooming-out:";
  const meanwhile = new Map();

  const read = (name) => {
    try {
      return localStorage.getItem(PREFIX + name);
    } catch {
      return null;
    }
  };

  return {
    /** The value kept under a name, or `otherwise`; what cannot be read counts as not there. */
    get(name, otherwise) {
      if (meanwhile.has(name)) return meanwhile.get(name);
      try {
        return JSON.parse(read(name)) ?? otherwise;
      } catch {
        return otherwise;
      }
    },

    /** Keep a value that JSON can write; `undefined` forgets the name. */
    set(name, value) {
      try {
        if (value === undefined) localStorage.removeItem(PREFIX + name);
        else localStorage.setItem(PREFIX + name, JSON.stringify(value));
        meanwhile.delete(name);
      } catch {
        meanwhile.set(name, value);
      }
    },
  };
})();
