import type { Language } from '@beltline/format';
import type { DraftOptions } from './problem.ts';
import type { Random } from './random.ts';
import type { Split } from './split.ts';
import { fill, pickWording, type Wordings } from './wording.ts';

/** How a prompt asks: what stands before the question, and the form of the answer. */
export interface Asking {
  readonly question: Wordings;
  readonly numberedQuestion: Wordings;
  /** What the last line begins with, of one answer and of two. */
  readonly label: Wordings;
  readonly numberedLabel: string;
  readonly format: Wordings;
  readonly numberedFormat: Wordings;
  /** What to answer if nothing fits; none where something always does. */
  readonly noneClause?: Wordings;
  /** Between two sentences. */
  readonly space: string;
}

/** The labels of the answer, and what writes the part of the prompt that asks for them. */
export interface AnswerForm {
  readonly labels: string[];
  ask(questions: readonly string[]): string;
}

/** In training half of the questions say what to answer if nothing fits, answerable or not. */
export function drawAnswerForm(
  count: 1 | 2,
  { split }: DraftOptions,
  asking: Asking,
  random: Random,
  values: Readonly<Record<string, string>> = {},
): AnswerForm {
  const two = count === 2;
  const { noneClause, space } = asking;
  const saysNone = noneClause !== undefined && (split === 'evaluation' || random.chance(0.5));
  const none = saysNone ? fill(pickWording(noneClause, split, random), values) + space : '';
  const label = fill(pickWording(asking.label, split, random), values);
  const labels = two ? [1, 2].map((i) => fill(asking.numberedLabel, { label, i })) : [label];
  const pattern = pickWording(two ? asking.numberedFormat : asking.format, split, random);
  const format = fill(pattern, { ...values, label, first: labels[0]!, second: labels[1] ?? '' });
  const lead = pickWording(two ? asking.numberedQuestion : asking.question, split, random);
  const ask = (questions: readonly string[]) => {
    const texts = questions.map((question, index) => fill(lead, { i: index + 1, question }));
    return `${texts.join('\n')}${two ? '\n' : space}${none}${format}`;
  };
  return { labels, ask };
}

/** The parts of a prompt; in training the question sometimes comes first. */
export function arrange(
  introduction: string,
  items: string,
  asked: string,
  split: Split,
  random: Random,
): string {
  const first = split === 'training' && random.chance(0.2);
  return first ? `${asked}\n\n${introduction}${items}` : `${introduction}${items}\n\n${asked}`;
}

/** Patterns of training that all questions share. */
export const askingPatterns: Readonly<
  Record<Language, Readonly<Record<'question' | 'numberedQuestion' | 'format' | 'numberedFormat', string[]>>>
> = {
  en: {
    question: [
      '{question}',
      '[Q|Question|My question|The question|Task|Query|To answer|Problem|What I want to know][:| -] {question}',
      '[Now|So|Then][:|,] [here is the question|this is what I ask|answer this][:| -] {question}',
    ],
    numberedQuestion: ['[Q|Query |Task |Problem |Question no. ]{i}: {question}', '{i}[.|)] {question}'],
    format: [
      '[Please |][give|state|return|report|provide|present|put|show|name] [your|the|me the] [final |last |][answer|result|reply|response] [in the format of|in the format|in the form of|in the form|with the format|using the format|as|like this:|exactly as|on the last line as|in one line:] "{label}: [{answer}|<answer>|(answer)|your answer]"[.|]',
      '[Please |][end|finish|close|conclude|stop] [your reply |the text |][with|by writing] [a line of the form |the line |]"{label}: [{answer}|<answer>|(answer)]"[.|]',
      '[The|Your] [last|final|closing] line [must|should|has to|shall] [be|read|look like|have the form] "{label}: [{answer}|<answer>|(answer)]"[.|]',
      '[Use|Follow|Keep to|Stick to] the [answer |output |]format "{label}: [{answer}|<answer>]"[ for your answer| at the end|][.|]',
      '[Answer format|Output format|Format of the answer|Expected answer][:| -] {label}: [{answer}|<answer>|(answer)]',
    ],
    numberedFormat: [
      '[Please |][give|state|return|report|provide] [your|the|both] [final |][answers|results|replies] [in the format of|in the form|as|like this:] "{first}: [{answer}" and "{second}: {answer}|<answer>" and "{second}: <answer>]"[.|]',
      '[End|Finish|Conclude] with [the lines |two lines, |]"{first}: {answer}" and "{second}: {answer}"[.|]',
    ],
  },
  zh: {
    question: ['{question}', '[问|我的问题是|请问|请回答|任务|想知道]：{question}'],
    numberedQuestion: ['[第{i}题|问{i}|任务{i}]：{question}', '{i}、{question}'],
    format: [
      '[请|][给出|写出|说明|列出][最终|][答案|结果|回答]，[格式为|格式是|采用格式|形式为]“{label}：[{答案}|<答案>|（答案）]”[。|]',
      '[最后|末尾|最后一行|结尾][请|][写上|注明|给出|输出]“{label}：[{答案}|<答案>]”[。|]',
      '[请|][使用|采用|遵循]“{label}：[{答案}|<答案>]”[的格式|这一格式|的形式][作答|回答|给出结果][。|]',
    ],
    numberedFormat: [
      '[请|][用|以|采用]“{first}：{答案}”和“{second}：{答案}”[作答|回答|给出结果|的形式作答][。|]',
      '[最后|末尾]请写两行：“{first}：{答案}”“{second}：{答案}”',
    ],
  },
};
