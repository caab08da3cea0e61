/** The strand that everything else descends from; its id. */
export const TRUNK = 0;

/**
 * A growing directed acyclic graph of strands, the lines of tokens of one sequence.
 *
 * A token sees the earlier tokens of its own strand and of all ancestors of its strand. A fork adds one
 * strand per branch; a join adds one strand whose parents are all branches. The belt mask of arXiv
 * 2503.20533 is this graph with a single fork.
 */
export interface Strands {
  /** Number of strands; ids are `[0, size)` in order of creation. */
  readonly size: number;
  /**
   * Adds a strand below one parent (a branch) or several (a join) and returns its id.
   *
   * @throws RangeError if there is no parent or one is not a strand of this graph.
   */
  add(parents: number | readonly number[]): number;
  /** Direct parents, ascending; empty for the trunk. */
  parents(strand: number): readonly number[];
  /** Whether tokens of `query` see earlier tokens of `key`: the same strand or an ancestor. */
  sees(query: number, key: number): boolean;
}

/**
 * Starts a graph that holds the trunk only.
 *
 * @example
 * const strands = createStrands();
 * const left = strands.add(TRUNK);
 * const right = strands.add(TRUNK);
 * const join = strands.add([left, right]);
 * strands.sees(left, right); // false
 * strands.sees(join, right); // true
 */
export function createStrands(): Strands {
  const parentsOf: (readonly number[])[] = [[]];
  const visibleTo: ReadonlySet<number>[] = [new Set([TRUNK])];

  function check(strand: number): void {
    if (!Number.isInteger(strand) || strand < 0 || strand >= parentsOf.length) {
      throw new RangeError(`strand must be in [0, ${parentsOf.length}), got ${strand}`);
    }
  }

  return {
    get size() {
      return parentsOf.length;
    },
    add(parents) {
      const unique = [...new Set(typeof parents === 'number' ? [parents] : parents)].sort((a, b) => a - b);
      if (unique.length === 0) throw new RangeError('a strand needs at least one parent');
      unique.forEach(check);
      const id = parentsOf.length;
      const visible = new Set([id]);
      for (const parent of unique) for (const strand of visibleTo[parent]!) visible.add(strand);
      parentsOf.push(unique);
      visibleTo.push(visible);
      return id;
    },
    parents(strand) {
      check(strand);
      return parentsOf[strand]!;
    },
    sees(query, key) {
      check(query);
      check(key);
      return visibleTo[query]!.has(key);
    },
  };
}
