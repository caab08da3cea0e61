import { evaluationModes, type Results, writeReport } from '@beltline/evaluation';
import { HtmlValidate } from 'html-validate';
import { describe, expect, it } from 'vitest';
import { createRecord, createRecords, createResults } from './records.ts';

const validator = new HtmlValidate({ extends: ['html-validate:recommended'] });

const both = [
  ...createRecords({ sequential: '++-+--+', recompute: '+-+++-+', reuse: '+-+++--' }),
  ...createRecords({ sequential: '--', recompute: '+-', reuse: '--' }, 'planning'),
];
const hostile = '</pre><script>alert("1")</script>\u0000\uD800 & <b>';

const cases: readonly (readonly [string, Results])[] = [
  ['of three modes', createResults(both, evaluationModes)],
  [
    'of modes with drafts and of the paper',
    createResults(
      [
        ...createRecords({ sequential: '++-+--+', paper: '+-+++-+' }),
        ...createRecords({ 'sequential+drafts': '++-+--+', 'reuse+drafts': '+-+++-+' }).map((record) => ({
          ...record,
          stages: record.stages.map((stage) => ({ ...stage, drafts: { proposed: 40, accepted: 30 } })),
        })),
      ],
      ['sequential', 'sequential+drafts', 'paper', 'reuse+drafts'],
    ),
  ],
  ['of one mode', createResults(createRecords({ reuse: '+-' }), ['reuse'])],
  ['of nothing yet', createResults([], evaluationModes)],
  ['that is not complete', { ...createResults(both, evaluationModes), records: both.slice(0, 20) }],
  [
    'of a model that writes anything',
    createResults(
      [
        createRecord({ problem: hostile, task: hostile, text: hostile, expected: hostile, found: hostile }),
        createRecord({
          problem: hostile,
          task: hostile,
          mode: 'recompute',
          correct: false,
          fallback: 'empty-title',
          text: hostile.repeat(500),
        }),
      ],
      ['sequential', 'recompute'],
    ),
  ],
  [
    'where every prompt was refused',
    createResults(
      (['sequential', 'recompute'] as const).map((mode) =>
        createRecord({
          mode,
          correct: false,
          failure: 'PROMPT_TOO_LONG',
          answerTokens: 0,
          forwardPasses: 0,
          milliseconds: 0,
          stages: [],
          text: '',
        }),
      ),
      ['sequential', 'recompute'],
    ),
  ],
];

describe.each(cases)('the report %s', (_name, results) => {
  const html = writeReport(results);

  it('is valid HTML', async () => {
    const report = await validator.validateString(html);
    const messages = report.results.flatMap(({ messages }) => messages);
    expect(
      messages.map(({ ruleId, message, line, column }) => `${ruleId} ${line}:${column} ${message}`),
    ).toEqual([]);
  });

  it('needs nothing from anywhere: no script, no address, nothing to load', () => {
    expect(html).not.toMatch(/<(script|link|img|iframe|object|embed|base)\b/i);
    expect(html).not.toMatch(/\b(src|href|srcset)\s*=/i);
    expect(html).not.toMatch(/https?:|url\(|@import/i);
  });

  it('draws no number that is none', () => {
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('the plots', () => {
  const html = writeReport(cases[0]![1]);

  it('have a name each, and a table beside them', () => {
    const figures = html.match(/<figure>.*?<\/figure>/gs)!;
    expect(figures).toHaveLength(4);
    for (const figure of figures) {
      expect(figure).toMatch(/<figcaption><h3>[^<]+<\/h3>/);
      expect(figure.match(/<svg class="(wide|narrow)"[^>]* aria-label="[^"]+"/g)).toHaveLength(2);
      expect(figure).toMatch(/<details>.*<table><caption>/s);
    }
  });

  it('show what the answers were', () => {
    expect(html).toContain('of 7 right');
    expect(html).toMatch(/<dd class="figure">67% vs\. 44%<\/dd>/);
  });

  it('keep marks inside the plot', () => {
    for (const [, width, height, content] of html.matchAll(
      /<svg class="\w+" viewBox="0 0 (\d+) (\d+)"(.*?)<\/svg>/gs,
    )) {
      for (const [, name, value] of content!.matchAll(/ (c?[xy]|[xy][12])="([-\d.]+)"/g)) {
        const limit = name!.includes('x') ? Number(width) : Number(height);
        expect(Number(value)).toBeGreaterThanOrEqual(-0.5);
        expect(Number(value)).toBeLessThanOrEqual(limit + 0.5);
      }
    }
  });
});
