import type { EnginePass } from '@beltline/backend';
import { beltInputs } from '@beltline/graph';
import type { FeedTensor } from './graph-session.ts';

/** All inputs of a pass but the past. */
export function createStepFeeds(pass: EnginePass): Record<string, FeedTensor> {
  const tokens = pass.tokens.length;
  const rows = pass.logitsRows.length;
  return {
    [beltInputs.inputIds]: { type: 'int64', data: toInt64(pass.tokens), dims: [1, tokens] },
    [beltInputs.positionIds]: { type: 'int64', data: toInt64(pass.positions), dims: [1, tokens] },
    [beltInputs.attentionBias]: {
      type: 'float32',
      data: pass.attentionBias,
      dims: [1, 1, tokens, pass.pastLength + tokens],
    },
    [beltInputs.pastLength]: { type: 'int32', data: Int32Array.of(pass.pastLength), dims: [1] },
    [beltInputs.logitsRows]: { type: 'int64', data: toInt64(pass.logitsRows), dims: [rows] },
  };
}

function toInt64(values: Int32Array): BigInt64Array {
  return BigInt64Array.from(values, BigInt);
}
