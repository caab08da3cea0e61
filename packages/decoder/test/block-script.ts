/** An answer of several blocks; each text stands before its block. */
export interface BlockScript {
  readonly blocks: readonly {
    readonly before: string;
    readonly steps: readonly { readonly title: string; readonly body: string }[];
  }[];
  readonly conclusion: string;
}

const end = '####%%%%';
type Block = BlockScript['blocks'][number];

export function writeBlocks({ blocks, conclusion }: BlockScript): string {
  return blocks.map(writeBlock).join('') + conclusion;
}

function writeBlock({ before, steps }: Block): string {
  return `${before}${steps.map(({ title, body }) => `####${title}:${body}`).join('')}${end}`;
}

/**
 * A model that knows one answer: in full, each of its outlines, and each of its branches. `isCausal` demands that all of
 * the answer before a block is seen exactly as it was written; after a reuse join it is seen interleaved.
 */
export function respondWithBlocks(
  prompt: string,
  script: BlockScript,
  isCausal: boolean,
): (visibleText: string) => string {
  const { blocks, conclusion } = script;
  return (visibleText) => {
    if (!visibleText.startsWith(prompt)) throw new Error(`the prompt is out of sight: ${visibleText}`);
    const parts = visibleText.slice(prompt.length).split(end);
    const written = parts.at(-1)!;
    const seen = parts.slice(0, -1).map((part) => part + end);
    const isRight = seen.every((part, index) => part === writeBlock(blocks[index]!));
    if (isCausal && !isRight) throw new Error(`not what was written: ${visibleText}`);
    const block = blocks[seen.length];
    const texts = block ? listTexts(block) : [conclusion];
    const text = texts.find(
      (candidate) => candidate.startsWith(written) && candidate.length > written.length,
    );
    if (text === undefined && written !== conclusion) throw new Error(`out of place: ${visibleText}`);
    return text?.slice(written.length) ?? '';
  };
}

/** What may be written from the end of the block before: the block, its outline, and each step of it alone. */
function listTexts(block: Block): string[] {
  const { before, steps } = block;
  return [
    writeBlock(block),
    `${before}${steps.map(({ title }) => `####${title}:......\n\n`).join('')}${end}`,
    ...steps.map(({ title, body }) => `${before}####${title}:${body}####`),
  ];
}
