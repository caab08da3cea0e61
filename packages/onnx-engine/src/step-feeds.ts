import type { EnginePass } from '@beltline/backend';
import { beltInputs } from '@beltline/graph';
import type { FeedTensor } from './graph-session.ts';

/** Feeds of a pass, by input name: all inputs of a belt-ready graph but the past. */
export function createStepFeeds<Feed>(
  { tokens, positions, attentionBias, pastLength, logitsRows }: EnginePass,
  createFeed: (tensor: FeedTensor) => Feed,
): Record<string, Feed> {
  const count = tokens.length;
  return {
    [beltInputs.inputIds]: createFeed({ type: 'int64', data: toInt64(tokens), dims: [1, count] }),
    [beltInputs.positionIds]: createFeed({ type: 'int64', data: toInt64(positions), dims: [1, count] }),
    [beltInputs.attentionBias]: createFeed({
      type: 'float32',
      data: attentionBias,
      dims: [1, 1, count, pastLength + count],
    }),
    [beltInputs.pastLength]: createFeed({ type: 'int32', data: Int32Array.of(pastLength), dims: [1] }),
    [beltInputs.logitsRows]: createFeed({
      type: 'int64',
      data: toInt64(logitsRows),
      dims: [logitsRows.length],
    }),
  };
}

function toInt64(values: Int32Array): BigInt64Array {
  return BigInt64Array.from(values, BigInt);
}
