import type { Language } from '@beltline/format';
import type { Wordings } from '../wording.ts';
import { chineseAspects, chineseModifiers, chineseNouns } from './aspects-chinese.ts';
import { aspectModifiers, aspectNouns, englishAspects } from './aspects-english.ts';

export interface PlanningWording {
  /** What to say of an aspect; `{t}` is the topic. */
  readonly aspects: ReadonlyMap<string, string>;
  readonly modifiers: readonly string[];
  readonly nouns: readonly string[];
  readonly compound: string;
  /** What to say of an aspect `{a}` that is not among them. */
  readonly unknown: string;
  /** Second and third sentences; which one depends on the aspect alone. */
  readonly more: readonly (readonly string[])[];
  readonly topics: Wordings;
  readonly subjects: readonly string[];
  readonly eventKinds: readonly string[];
  readonly events: readonly string[];
  /** With `{t}`, `{n}` and `{list}`. */
  readonly requests: Wordings;
  readonly nestedClauses: Wordings;
  readonly directQuestions: Wordings;
  /** Clauses that ask for one and for three sentences; without one there are two. */
  readonly short: readonly string[];
  readonly long: readonly string[];
  readonly listSeparator: string;
  readonly lastSeparators: readonly string[];
  readonly bullet: string;
  readonly space: string;
  readonly opening: string;
  readonly nestedOpening: string;
  readonly conclusion: string;
  readonly detail: string;
  readonly detailsDone: string;
}

const english: PlanningWording = {
  aspects: englishAspects,
  modifiers: aspectModifiers,
  nouns: aspectNouns,
  compound: '{modifier} {noun}',
  unknown: 'Think about {a} early and write down what it means for {t}.',
  more: [
    [
      'Start with a short list and decide what matters most.',
      'Talk to people who have done this before.',
      'Name one person who looks after it.',
      'Look at it again after a few weeks.',
      'A small step is enough to begin with.',
    ],
    [
      'Write down what was learned for the next time.',
      'Keep a little time for surprises.',
      'Compare at least two options before you decide.',
      'Share the result with everybody involved.',
    ],
  ],
  topics: {
    common: [
      'a visit to {p}',
      'the development of {p}',
      'the impact of {subject} in {p}',
      'a {kind} {event} in {p}',
    ],
    training: [
      'a trip to {p}',
      'a weekend in {p}',
      'the future of {subject} in {p}',
      'a new {kind} {event} in {p}',
      'a move to {p}',
      'the rise of {subject}',
      'a {kind} {event}',
      'life in {p}',
      'an office in {p}',
    ],
    evaluation: ['a holiday in {p}', 'the role of {subject} in {p}', 'a yearly {kind} {event} in {p}'],
  },
  subjects:
    `artificial intelligence, chemistry, climate change, electric cars, history, home office, mobile games, music,
    online shopping, organic farming, physics, public libraries, robots, social media, solar power, space travel, sports,
    technology, tourism, video games, wind power`
      .trim()
      .split(/,\s*/),
  // None begins with a vowel: `a` stands before them.
  eventKinds:
    'book, charity, child, church, company, family, film, food, garden, music, school, summer, village, winter'.split(
      ', ',
    ),
  events:
    'camp, campaign, concert, contest, course, day, event, fair, festival, market, meeting, party, project, reunion, show, tour, wedding, workshop'.split(
      ', ',
    ),
  requests: {
    common: [
      'Plan {t} from the aspects of {list}.',
      'Analyze {t} from the {n} aspects of {list}.',
      'Discuss {t} in terms of {list}.',
    ],
    training: [
      'Please plan {t} from the aspects of {list}.',
      'Please analyze {t} in terms of {list}.',
      'Please discuss {t} from the {n} aspects of {list}.',
      'Plan {t}. Consider {list}.',
      'I am planning {t}. Give me advice on {list}.',
      'Write about {t} with regard to {list}.',
      'Help me with {t}: {list}.',
      'Make a plan for {t} that covers {list}.',
      'What should I know about {t}? Treat these aspects: {list}.',
      'Think about {t}. Aspects: {list}.',
      'Describe {t} under the headings {list}.',
      'Plan {t} from the following aspects:\n{bullets}',
      'Please discuss {t}. Use each of these as a title:\n{bullets}',
    ],
    evaluation: [
      'Look at {t} from {n} sides: {list}.',
      'Give an overview of {t}, aspect by aspect: {list}.',
      'Examine {t} with a view to {list}.',
      'Tell me about {t}, one point each:\n{bullets}',
    ],
  },
  nestedClauses: {
    common: ['For each aspect, treat {list} in steps of their own.'],
    training: ['Divide each aspect into {list}.', 'Split every aspect into {list}.'],
    evaluation: ['Under each aspect, go through {list} one by one.'],
  },
  directQuestions: {
    common: ['What about {a} for {t}? Answer directly.'],
    training: [
      'Give me one piece of advice on {a} for {t}.',
      'Tell me one thing about {a} with regard to {t}.',
      'I am planning {t}. What should I know about {a}?',
    ],
    evaluation: ['What matters about {a} in {t}? Answer without steps.'],
  },
  short: ['Be brief.', 'Use one sentence for each.'],
  long: ['Go into detail.', 'Use three sentences for each.'],
  listSeparator: ', ',
  lastSeparators: [' and ', ', and '],
  bullet: '- {a}',
  space: ' ',
  opening: 'Let us consider each aspect.',
  nestedOpening: 'Let us consider each aspect in several steps.',
  conclusion: 'Taken together, these aspects give a clear picture of {t}.',
  detail: 'For {a}, decide on {d} and write down what it means for {t}.',
  detailsDone: 'This covers {a}.',
};

const chinese: PlanningWording = {
  aspects: chineseAspects,
  modifiers: chineseModifiers,
  nouns: chineseNouns,
  compound: '{modifier}{noun}',
  unknown: '尽早考虑{a}，并写下它对{t}的意义。',
  more: [
    ['先列一份简短的清单。', '请教有经验的人。', '指定一位负责人。', '几周后再检查一次。'],
    ['记录经验，留待下次使用。', '为意外情况留出时间。', '至少比较两种方案。'],
  ],
  topics: {
    common: ['{p}之旅', '{p}的发展', '{subject}对{p}的影响', '{p}的{kind}{event}'],
    training: ['{p}的未来', '搬到{p}生活', '{subject}的前景', '一次{kind}{event}'],
    evaluation: ['{p}的假期', '{subject}在{p}的作用'],
  },
  subjects: '人工智能、气候变化、电动汽车、有机农业、社交媒体、太阳能、旅游业、网上购物、体育、音乐'.split(
    '、',
  ),
  eventKinds: '学校、家庭、公司、社区、音乐、图书、美食、夏季'.split('、'),
  events: '活动、晚会、比赛、展览、课程、旅行、会议'.split('、'),
  requests: {
    common: ['请从{list}{n}个方面规划{t}。', '请从{list}等方面分析{t}。'],
    training: [
      '从{list}这{n}个方面讨论{t}。',
      '请围绕{list}规划{t}。',
      '请分析{t}，方面包括：{list}。',
      '请从以下方面规划{t}：\n{bullets}',
    ],
    evaluation: ['请就{list}逐一谈谈{t}。', '请介绍{t}，分为{list}。'],
  },
  nestedClauses: {
    common: ['每个方面再分为{list}。'],
    training: ['请把每个方面细分为{list}。'],
    evaluation: ['在每个方面下依次讨论{list}。'],
  },
  directQuestions: {
    common: ['关于{t}的{a}，请直接给一条建议。'],
    training: ['说一句关于{t}的{a}的话。'],
    evaluation: ['对于{t}，{a}方面要注意什么？请直接回答。'],
  },
  short: ['请简短回答。'],
  long: ['请详细回答。'],
  listSeparator: '、',
  lastSeparators: ['和', '、'],
  bullet: '- {a}',
  space: '',
  opening: '我们逐一考虑各个方面。',
  nestedOpening: '我们分步考虑各个方面。',
  conclusion: '综合来看，这些方面清楚地说明了{t}。',
  detail: '在{a}方面，先确定{d}，并写下它对{t}的意义。',
  detailsDone: '以上就是{a}。',
};

export const planningWording: Readonly<Record<Language, PlanningWording>> = { en: english, zh: chinese };
