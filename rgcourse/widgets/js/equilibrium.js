// The way of a lattice to equilibrium, walked in slices so that the page never waits for it.

export const SLICE = 24; // milliseconds of it in one frame: a slider that is dragged still follows

/**
 * What a lattice needs to be at home at any temperature. A subclass has `equilibration(aim)`, a
 * generator that makes one short piece of the way at a time and leaves the lattice in equilibrium
 * at its parameters, { T, h } for magnets, whatever it was before; `magnetization()` and `turn()`;
 * and `quick`, whether the whole way is over so soon that it is worth its end when the parameters
 * have moved on in the meantime. `at` has those that belong to its spins.
 */
export class Settling {
  /** Told once for each change; `settle` goes the way. */
  equilibrate(aim) {
    this.aim = aim;
    if (this.way && !this.quick) this.way = undefined;
  }

  get unsettled() {
    return this.way !== undefined || (this.aim !== undefined && !this.isAt(this.aim));
  }

  isAt(aim) {
    return Object.entries(aim).every(([name, value]) => this.at?.[name] === value);
  }

  /** Go on until that time of the clock; true when a lattice in equilibrium has been reached. */
  settle(until) {
    while (this.unsettled) {
      if (!this.way) [this.to, this.way, this.at] = [this.aim, this.walk(this.aim), this.at ?? this.aim];
      if (this.way.next().done) {
        [this.at, this.way] = [this.to, undefined];
        return true;
      }
      if (performance.now() > until) return false;
    }
    return false;
  }

  /** All of the way at once, for a lattice that nobody has seen yet. */
  arrive(aim, ...options) {
    for (const _ of this.equilibration(aim, ...options));
    this.at = this.aim = aim;
    this.way = undefined;
  }

  /** Clusters may turn the whole lattice over, again and again, and a cold one would flash. Without
   *  a field both signs are the same magnet: it keeps the one it had. */
  *walk(aim) {
    const before = this.magnetization();
    yield* this.equilibration(aim);
    if (!aim.h && before * this.magnetization() < 0) this.turn();
  }
}
