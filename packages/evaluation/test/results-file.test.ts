import { formatResultsLine, parseResults, requireSameSettings } from '@beltline/evaluation';
import { describe, expect, it } from 'vitest';
import { createRecords, createResults } from './records.ts';

const results = createResults(createRecords({ sequential: '+-', recompute: '--' }), [
  'sequential',
  'recompute',
]);
const text = [results.header, ...results.records].map(formatResultsLine).join('');

describe('a results file', () => {
  it('is read as it was written', () => {
    expect(parseResults(text)).toEqual(results);
  });

  it('gives the complete answers wherever it was cut off', () => {
    const firstLine = text.indexOf('\n') + 1;
    for (let end = firstLine; end <= text.length; end += 1) {
      const { records } = parseResults(text.slice(0, end));
      const complete = text.slice(firstLine, end).split('\n').length - 1;
      expect(records).toEqual(results.records.slice(0, complete));
    }
  });

  it.each([
    ['', 'the first line'],
    ['{"type":"beltline', 'the first line'],
    ['hello\n', 'line 1 is not JSON'],
    ['{"type":"other"}\n', 'the first line'],
    ['null\n', 'line 1 is not an object'],
    [text.replace('"version":1', '"version":2'), 'version 2'],
    [text.replace('{"problem"', '["problem"'), 'line 2'],
  ])('is not %j', (wrong, message) => {
    expect(() => parseResults(wrong)).toThrow(
      expect.objectContaining({ code: 'NOT_RESULTS', message: expect.stringContaining(message) }),
    );
  });
});

describe('settings', () => {
  it('must be the same to go on, and what differs is named', () => {
    const settings = { ...results.header.settings, maxTokens: 500 };
    expect(() => requireSameSettings(settings, { ...settings })).not.toThrow();
    expect(() =>
      requireSameSettings(settings, { ...results.header.settings, model: 'other', modes: ['sequential'] }),
    ).toThrow(
      expect.objectContaining({
        code: 'SETTINGS_CHANGED',
        message:
          'the results that are there differ in model (tiny, now other), modes (sequential,recompute, now sequential), maxTokens (500, now not set)',
      }),
    );
  });
});
