/**
 * Sets the distances `[token]` of all tokens that may not be drawn to Infinity.
 *
 * A distance is how far a token's logit lies below the largest one, in temperatures: its weight is e^-distance.
 */
export type Truncation = (distances: Float64Array) => void;

/** Tokens are put into buckets by their distance; the last one takes all that are farther than 32. */
const bucketsPerUnit = 64;
const buckets = 32 * bucketsPerUnit;

export interface TruncationLimits {
  /** 0 means all. */
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
}

/**
 * Makes the truncation to the `topK` likeliest tokens, of these to the fewest that together reach the share `topP` of
 * their weight, and of these to those that weigh at least `minP` of the likeliest; undefined if that is no truncation at
 * all. Of equal tokens the lower ids count first.
 *
 * Sorting a whole vocabulary takes longer than a forward pass: buckets find the place of the cut, and only the
 * bucket that holds it is sorted.
 */
export function createTruncation({ topK, topP, minP }: TruncationLimits): Truncation | undefined {
  if (topK === 0 && topP === 1 && minP === 0) return undefined;
  const farthest = -Math.log(minP);
  const sizes = new Float64Array(buckets);

  /** Sums up the tokens' sizes in each bucket and returns the sum of all. */
  function fillBuckets(distances: Float64Array, sizeOf: (distance: number) => number): number {
    sizes.fill(0);
    let total = 0;
    for (let token = 0; token < distances.length; token++) {
      const distance = distances[token]!;
      if (distance === Infinity) continue;
      const size = sizeOf(distance);
      sizes[bucketOf(distance)]! += size;
      total += size;
    }
    return total;
  }

  /** Keeps the nearest tokens until their sizes reach `budget`; the buckets must be filled. */
  function keepNearest(distances: Float64Array, sizeOf: (distance: number) => number, budget: number): void {
    let left = budget;
    let cut = 0;
    while (cut < buckets - 1 && sizes[cut]! < left) left -= sizes[cut++]!;
    const inCut: number[] = [];
    for (let token = 0; token < distances.length; token++) {
      const bucket = bucketOf(distances[token]!);
      if (bucket > cut) distances[token] = Infinity;
      else if (bucket === cut && distances[token] !== Infinity) inCut.push(token);
    }
    inCut.sort((a, b) => distances[a]! - distances[b]! || a - b);
    for (const token of inCut) {
      const size = sizeOf(distances[token]!);
      if (left <= 0) distances[token] = Infinity;
      left -= size;
    }
  }

  return (distances) => {
    if (topK > 0) {
      fillBuckets(distances, one);
      keepNearest(distances, one, topK);
    }
    if (topP < 1) keepNearest(distances, weight, topP * fillBuckets(distances, weight));
    if (minP === 0) return;
    for (let token = 0; token < distances.length; token++) {
      if (distances[token]! > farthest) distances[token] = Infinity;
    }
  };
}

function one(): number {
  return 1;
}

function weight(distance: number): number {
  return Math.exp(-distance);
}

function bucketOf(distance: number): number {
  return Math.min(buckets - 1, Math.floor(distance * bucketsPerUnit));
}
