import type { KvCache } from '@beltline/backend';
import { TRUNK } from '@beltline/mask';

/**
 * Slots of a cache that hold the beginning of a plain text, ascending: the trunk, then the branch that follows it first, and
 * so on. Each of them has seen all before it and nothing else, so that another sequence can begin with them.
 *
 * Joins that saw several branches are no part of it.
 */
export function findCausalLine({ slots, strands }: KvCache): number[] {
  const line: number[] = [];
  /** Strands with slots that are not on the line: what comes after those may have seen them. */
  const passed = new Set<number>();
  let end = TRUNK;
  for (const [slot, strand] of slots.strands.entries()) {
    const goesOn = strand === end || isOnlyChild(strand);
    if (goesOn && !passed.has(strand) && slots.positions[slot] === line.length) {
      line.push(slot);
      end = strand;
    } else if (strands.sees(end, strand)) return line;
    else passed.add(strand);
  }
  return line;

  function isOnlyChild(strand: number): boolean {
    const parents = strands.parents(strand);
    return parents.length === 1 && parents[0] === end;
  }
}
