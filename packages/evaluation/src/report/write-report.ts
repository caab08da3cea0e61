import { modeLabels } from '../evaluation-mode.ts';
import type { Results } from '../results-file.ts';
import { type ModeComparison, type ModeSummary, summarize, type TaskSummary } from '../summarize.ts';
import { accuracyFigure } from './accuracy-figure.ts';
import { table } from './figure.ts';
import { formatInterval, formatMultiple, formatNumber } from './format.ts';
import { keyFigures } from './key-figures.ts';
import { type Child, element, type Markup, raw } from './markup.ts';
import { failedOutlines, notableAnswers } from './notable-answers.ts';
import { pairsFigure } from './pairs-figure.ts';
import { speedupFigure } from './speedup-figure.ts';
import { stagesFigure } from './stages-figure.ts';
import { style } from './style.ts';

/**
 * Writes results as one HTML page that needs nothing else: no script, no file, no network. Dark and light, for large and
 * small screens; each plot has a table beside it.
 */
export function writeReport(results: Results): string {
  const { model } = results.header.settings;
  const page = element(
    'html',
    { lang: 'en' },
    element(
      'head',
      {},
      element('meta', { charset: 'utf-8' }),
      element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      element('meta', { name: 'color-scheme', content: 'light dark' }),
      element('title', {}, `Beltline evaluation of ${model}`),
      element('style', {}, raw(style)),
    ),
    element('body', {}, writeMain(results)),
  );
  return `<!DOCTYPE html>\n${page.markup}\n`;
}

function writeMain(results: Results): Markup {
  const { header, records } = results;
  const { settings } = header;
  const tasks = summarize(records, settings.modes);
  const complete = tasks.at(-1)?.problems ?? 0;
  const isPartial = complete < settings.problems;
  return element(
    'main',
    {},
    element(
      'header',
      {},
      element('p', { class: 'brand' }, 'Beltline evaluation'),
      element('h1', {}, settings.model),
      element(
        'p',
        {},
        `${formatNumber(complete, 'problem')}, each answered in every mode by greedy decoding. ${header.startedAt.slice(0, 10)}.`,
      ),
      isPartial
        ? element(
            'p',
            { class: 'notice' },
            `Not complete: ${complete} of ${settings.problems} problems so far.`,
          )
        : undefined,
    ),
    complete === 0 ? undefined : writeSections(results, tasks),
    writeMethod(results),
  );
}

function writeSections({ header, records }: Results, tasks: readonly TaskSummary[]): Child {
  const { modes } = header.settings;
  const compares = modes.length > 1;
  const failures = failedOutlines(records, modes);
  return [
    compares ? keyFigures(tasks) : undefined,
    section('How right', accuracyFigure(tasks), compares ? pairsFigure(tasks) : undefined),
    section(
      'How fast',
      compares ? [speedupFigure(records, modes), gainsTable(tasks)] : undefined,
      stagesFigure(tasks),
      costTable(tasks),
    ),
    failures && section('Outlines that failed', failures),
    compares ? section('Answers worth reading', notableAnswers(records, modes)) : undefined,
  ];
}

function section(title: string, ...children: readonly Child[]): Markup {
  return element('section', {}, element('h2', {}, title), children);
}

function gainsTable(tasks: readonly TaskSummary[]): Markup {
  const gain = (value: ModeComparison['time']) =>
    value
      ? `${formatMultiple(value.median)}${value.interval ? ` (${formatInterval(value.interval, formatMultiple)})` : ''}`
      : '';
  return table(
    'Gains: medians over the problems, with 95% intervals',
    ['task', 'mode', 'tokens a second', 'time', 'forward passes'],
    tasks.flatMap(({ task, comparisons }) =>
      comparisons.map(({ mode, speedup, time, forwardPasses }) => [
        task,
        modeLabels[mode],
        gain(speedup),
        gain(time),
        gain(forwardPasses),
      ]),
    ),
  );
}

function costTable(tasks: readonly TaskSummary[]): Markup {
  const refuses = tasks.some(({ modes }) => modes.some(({ failures }) => failures > 0));
  const drafting = tasks.some(({ modes }) => modes.some(({ drafts }) => drafts));
  return table(
    'Means of an answer, after the prompt was read',
    [
      'task',
      'mode',
      'tokens',
      'forward passes',
      'time',
      'tokens a second',
      'branches',
      'cut off',
      ...(drafting ? ['right of drafted tokens'] : []),
      ...(refuses ? ['refused'] : []),
    ],
    tasks.flatMap(({ task, modes }) =>
      modes.map((mode) => [
        task,
        modeLabels[mode.mode],
        mode.answerTokens.toFixed(1),
        mode.forwardPasses.toFixed(1),
        `${mode.milliseconds.toFixed(0)} ms`,
        mode.tokensPerSecond.toFixed(0),
        mode.branches.toFixed(1),
        mode.cutOff,
        ...(drafting ? [describeDrafts(mode)] : []),
        ...(refuses ? [mode.failures] : []),
      ]),
    ),
  );
}

function describeDrafts({ drafts }: ModeSummary): string {
  return drafts ? `${drafts.accepted.toFixed(1)} of ${drafts.proposed.toFixed(1)}` : '';
}

function writeMethod({ header: { settings, machine, startedAt } }: Results): Markup {
  const rows = (entries: object) =>
    Object.entries(entries)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]);
  return section(
    'How this was measured',
    element(
      'p',
      {},
      'All modes answer the same problems with the same model, one answer at a time, after a warm-up. Each problem begins with another mode, so that none always finds the machine warmer or busier. Wall time includes whatever else the machine did. Intervals of shares are Wilson’s, those of medians go by order statistics, and p is the exact McNemar test.',
    ),
    table('Settings', ['name', 'value'], rows(settings)),
    table('Machine', ['name', 'value'], rows({ ...machine, started: startedAt })),
  );
}
