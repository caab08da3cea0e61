import type { Language } from '@beltline/format';
import type { Random } from '../random.ts';
import type { Split } from '../split.ts';
import { expand, fill, pickWording, type Wordings } from '../wording.ts';
import { isStudents, type Measure, type Roster } from './roster.ts';
import { type Styles, sayWords, styles } from './styles.ts';
import {
  type Criterion,
  formatNumber,
  type LookUpField,
  type RetrievalQuestion,
  type RetrievalTask,
} from './task.ts';
import { type CriterionName, type RetrievalWording, retrievalWording } from './wording.ts';

/** What a problem's questions are written from. */
interface Tools {
  readonly roster: Roster;
  readonly split: Split;
  readonly wording: RetrievalWording;
  readonly style: Styles;
  readonly random: Random;
}

/** Evaluation has whole wordings of its questions, as has some of training; the rest is assembled. */
export function writeQuestions(
  { roster, questions }: RetrievalTask,
  { language, split }: { readonly language: Language; readonly split: Split },
  random: Random,
): string[] {
  const tools = { roster, split, wording: retrievalWording[language], style: styles[language], random };
  return questions.map((question) => writeQuestion(question, tools));
}

function writeQuestion(question: RetrievalQuestion, tools: Tools): string {
  const { roster, split, wording, style, random } = tools;
  const whole = split === 'evaluation' || (isStudents(roster) && random.chance(0.3));
  const { noun, nouns } = roster;
  const common = { noun, nouns, Noun: noun[0]!.toUpperCase() + noun.slice(1) };
  if (question.type === 'look-up') {
    const { field, name } = question;
    const patterns = wording.lookUps[field === 'affiliation' ? field : (field.key as 'age')];
    if (whole) return fill(pickWording(patterns, split, random), { name });
    const { labels } = field === 'affiliation' ? roster.affiliation : field;
    return fill(expand(random.pick(style.lookUps), random), {
      ...common,
      name,
      label: expand(labels, random),
    });
  }
  const [first, second] = question.criteria as [Criterion, Criterion?];
  if (whole && question.criteria.every(hasWholeWording)) {
    if (second === undefined) return fillBounds(wording.questions[nameOf(first)], first, tools);
    const phrase = (criterion: Criterion) => fill(wording.phrases[nameOf(criterion)], boundsOf(criterion));
    const phrases = { first: phrase(first), second: phrase(second) };
    return fill(pickWording(wording.bothQuestion, split, random), phrases);
  }
  if (second === undefined && 'field' in first && random.chance(0.35)) {
    const { relations, labelQuestions } = style;
    const relation = fillComparison(random.pick(relations[first.type]), first, random);
    const label = expand(first.field.labels, random);
    return fill(expand(random.pick(labelQuestions), random), { ...common, relation, label });
  }
  if (second === undefined && !('field' in first) && random.chance(0.3)) {
    const labels = first.type === 'interest' ? style.interestLabels : roster.affiliation.labels;
    const values = { ...common, label: expand(labels, random), v: first.value };
    return fill(expand(random.pick(style.wordQuestions), random), values);
  }
  const patterns =
    roster.names === 'person' ? [...style.questions, ...style.personQuestions] : style.questions;
  const pattern = fill(expand(random.pick(patterns), random), common);
  const predicates = question.criteria.map((criterion) => predicate(criterion, tools));
  return fill(pattern, { predicate: predicates.join(wording.and) });
}

/** Exact values are asked for in training only, and have no whole wording. */
function hasWholeWording({ type }: Criterion): boolean {
  return type !== 'exactly';
}

function fillBounds(wordings: Wordings, criterion: Criterion, { split, random }: Tools): string {
  return fill(pickWording(wordings, split, random), boundsOf(criterion));
}

function predicate(criterion: Criterion, { roster, style, random }: Tools): string {
  if (!('field' in criterion)) {
    // A university and an interest can be told apart without the verb.
    if (roster.affiliation.key === 'university' && random.chance(0.15)) {
      return sayWords(style, random, 1, 3) + style.wordSpace + criterion.value;
    }
    const states = criterion.type === 'interest' ? style.interestStates : roster.affiliation.states;
    return fill(random.pick(states), { v: criterion.value });
  }
  const { field, type } = criterion;
  const comparative = type === 'above' || type === 'below' ? field.comparatives?.[type] : undefined;
  if (comparative !== undefined && style.comparatives !== undefined && random.chance(0.3)) {
    return fillComparison(fill(style.comparatives, { comparative }), criterion, random);
  }
  const c = fillComparison(random.pick(style.comparisons[type]), criterion, random);
  const values = { state: fill(random.pick(field.states), { v: c }), label: expand(field.labels, random), c };
  return fill(expand(style.predicate, random), values);
}

function fillComparison(pattern: string, criterion: Criterion & { field: Measure }, random: Random): string {
  const unit = expand(criterion.field.shown, random).replace('{v}', '');
  return fill(expand(pattern, random), { ...boundsOf(criterion), u: unit });
}

function nameOf(criterion: Criterion): CriterionName {
  if (!('field' in criterion)) return criterion.type;
  return `${criterion.field.key}-${criterion.type}` as CriterionName;
}

/** The values that a text about a criterion names. */
export function boundsOf(criterion: Criterion): Record<string, string> {
  if (!('field' in criterion)) return { value: criterion.value };
  const { field } = criterion;
  if (criterion.type !== 'between') return { limit: formatNumber(field, criterion.limit) };
  return { low: formatNumber(field, criterion.low), high: formatNumber(field, criterion.high) };
}

/** A value as it stands in the resume. */
export function fieldText(student: RetrievalTask['students'][number], field: LookUpField): string {
  return field === 'affiliation' ? student.affiliation : formatNumber(field, student.numbers[field.key]!);
}
