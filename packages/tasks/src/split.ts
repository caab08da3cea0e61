/** Names and some wordings serve training, the others evaluation; none serves both. */
export type Split = 'training' | 'evaluation';

/** Tells which split a name belongs to, by its hash (FNV-1a): one in five is held out for evaluation. */
export function splitOf(name: string): Split {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  // The lowest bits of FNV-1a are its weakest.
  return (hash >>> 8) % 5 === 0 ? 'evaluation' : 'training';
}

/** A list, cut in two by its members' hashes. */
export type Divided = Record<Split, readonly string[]>;

export function divide(names: readonly string[]): Divided {
  return {
    training: names.filter((name) => splitOf(name) === 'training'),
    evaluation: names.filter((name) => splitOf(name) === 'evaluation'),
  };
}
