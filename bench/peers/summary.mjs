import { median, spreadOf } from '@beltline/evaluation';

/**
 * One entry for each measurement and peer. The ratio is a peer's time as a multiple of the first peer's in the same round;
 * its spread is the rounds'.
 */
export function summarize(samples, { measurements, peers, context }) {
  const [reference] = peers;
  return measurements.flatMap((measurement) => {
    const ofPeer = (peer) =>
      samples.filter((sample) => sample.measurement === measurement && sample.peer === peer);
    const references = ofPeer(reference);
    return peers.map((peer) => {
      const own = ofPeer(peer);
      const milliseconds = spreadOf(own.flatMap((sample) => sample.milliseconds));
      const tokens = measurement.type === 'prompt' ? context : measurement.rows;
      const ratios = own.map(
        (sample, round) => median(sample.milliseconds) / median(references[round].milliseconds),
      );
      return {
        ...{ measurement, peer, milliseconds },
        tokensPerSecond: (1000 * tokens) / milliseconds.median,
        ratio: peer === reference ? undefined : spreadOf(ratios),
        sameTokens: countSame(own[0].firstTokens, references[0].firstTokens),
      };
    });
  });
}

/** How many rows' first greedy tokens are the first peer's: all have the same weights. */
function countSame(tokens, expected) {
  return { same: tokens.filter((token, row) => token === expected[row]).length, of: expected.length };
}

/** A Markdown table, ratios first. */
export function drawTable(summary) {
  const head = ['', 'peer', "Beltline's speed-up", 'median ms', 'quartiles', 'tokens/s', 'same tokens'];
  const rows = summary.map(
    ({ measurement, peer, milliseconds, tokensPerSecond, ratio, sameTokens }, index) => [
      summary[index - 1]?.measurement === measurement ? '' : titleOf(measurement),
      peer,
      ratio ? `${times(ratio.median)} (${times(ratio.lowerQuartile)}-${times(ratio.upperQuartile)})` : '',
      round(milliseconds.median),
      `${round(milliseconds.lowerQuartile)}-${round(milliseconds.upperQuartile)}`,
      round(tokensPerSecond),
      ratio ? `${sameTokens.same} of ${sameTokens.of}` : '',
    ],
  );
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

function titleOf({ type, rows }) {
  if (type === 'prompt') return 'prompt';
  return rows === 1 ? 'sequential' : `${rows} rows`;
}

function times(ratio) {
  return `${ratio.toFixed(2)}x`;
}

function round(value) {
  return value.toFixed(value < 100 ? 1 : 0);
}
