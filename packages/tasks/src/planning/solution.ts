import type { PlanningProblem } from '../problem.ts';
import { block, conclusion, type Section, type SolutionStep, step, text } from '../solution.ts';
import { fill } from '../wording.ts';
import { adviseOn } from './draft.ts';
import { planningWording } from './wording.ts';

/** Treats aspect by aspect, each under its own title. */
export function solvePlanning({ kind, language, task }: PlanningProblem): Section[] {
  const wording = planningWording[language];
  const { topic, aspects, details } = task;
  if (kind === 'direct') return [text(adviseOn(aspects[0]!, task, wording))];
  const writeStep = (aspect: string): SolutionStep => {
    const advice = adviseOn(aspect, task, wording);
    if (details.length === 0) return step(aspect, advice);
    const inner = details.map((d) => step(d, fill(wording.detail, { a: aspect, d, t: topic })));
    const done = fill(wording.detailsDone, { a: aspect });
    return { title: aspect, body: [text(` ${advice}\n\n`), block(inner), text(`\n${done}\n\n`)] };
  };
  return [
    text(`${details.length === 0 ? wording.opening : wording.nestedOpening}\n\n`),
    block(aspects.map(writeStep)),
    conclusion(fill(wording.conclusion, { t: topic })),
  ];
}
