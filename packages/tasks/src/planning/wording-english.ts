import { aspectModifiers, aspectNouns, englishAspects } from './aspects-english.ts';
import type { PlanningWording } from './wording.ts';

const englishSubjects =
  `artificial intelligence, chemistry, climate change, electric cars, history, home office, mobile games, music,
    online shopping, organic farming, physics, public libraries, robots, social media, solar power, space travel, sports,
    technology, tourism, video games, wind power`
    .trim()
    .split(/,\s*/);

export const englishWording: PlanningWording = {
  aspects: englishAspects,
  modifiers: aspectModifiers,
  nouns: aspectNouns,
  compounds: {
    common: ['{modifier} {noun}'],
    training: [
      '[early|late|public|private|local|foreign|daily|weekly|future|former|legal|moral|social|mental|digital|hidden|minor|total|basic|extra] {noun}',
      '[early|new|spare|rural|urban|safe|open|final|visual|global] [habits|skills|offers|models|limits|roles|values|signs|fees|deals|risks|duties]',
      '{noun} for [adults|beginners|families|seniors|tourists|experts|members|drivers|parents|pupils|owners|neighbors]',
      '{noun} of [the region|the team|the past|each group|the building|all parts|the start|the second day]',
      '[choosing|buying|finding|sharing|storing|cleaning|naming|testing|moving|counting|saving|fixing] [tools|rooms|seats|parts|dates|lights|goods|papers|colors|maps|stones|boxes]',
      '[who|what] to [ask|invite|pay|call|avoid|bring|expect|read|say]',
      'the {modifier} [question|problem|side|issue|factor|budget|team|season|corner]',
      '{modifier}',
      '{word}',
      '{word} {noun}',
      '{modifier} {noun} in {word}',
    ],
  },
  madeUp: { evaluation: [0.1, 0.25, 0.5], training: [0.3, 0.5, 0.7] },
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
      '[a|the first|a long|a short|another|a cheap] [trip|journey|drive|flight|walk] [to|through|around] {p}',
      '[a weekend|a day|a month|a winter|an evening|two weeks] in {p}',
      'the [future|growth|decline|state|history|meaning] of {subject}[ in {p}|]',
      'a [new|small|large|free|second|local] {kind} {event}[ in {p}|]',
      '[a move|a return|emigration|a transfer] to {p}',
      'the [rise|spread|use|study|teaching|funding] of {subject}[ in {p}|]',
      'a {kind} {event}',
      '[life|work|school|farming|sports|trade] in {p}',
      '[an office|a school|a shop|a hotel|a farm|a museum|a studio] in {p}',
      '[the company|the team|the town|the project|the ship|the brand] {word}',
      '[our|my|their|the] [garden|house|class|choir|band|street|club|team|farm|kitchen|website|archive] [project|party|trip|move|plan|repair|sale]',
      '[how to|ways to] [learn|teach|promote|improve|support|study] {subject}',
      '{subject}[ in {p}| today| at home| for beginners]',
    ],
    evaluation: ['a holiday in {p}', 'the role of {subject} in {p}', 'a yearly {kind} {event} in {p}'],
  },
  subjects: {
    evaluation: englishSubjects,
    training: [
      ...englishSubjects,
      '[cheap|clean|old|modern|rural|urban|free|public|private|small|large] [housing|transport|energy|schools|farms|factories|theaters|trains|ports|hospitals|parks]',
      '[wild|rare|tame|sick|young] [birds|horses|bees|fish|wolves|trees|flowers|cats|dogs]',
      '[paper|glass|wooden|plastic|leather|metal] [toys|bags|bottles|boats|chairs|tools|houses]',
      '[cooking|sewing|chess|rowing|painting|skating|fishing|gardening|reading|singing|sleep|patience|friendship|silence|memory]',
      '[remote|night|shift|seasonal|voluntary|team] work',
    ],
  },
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
      '[Please |][plan|analyze|discuss|describe|explain|review|consider|assess|evaluate|study|present|outline|treat|think about|comment on|write about] {t} [from the aspects of|from the {n} aspects of|in terms of|with regard to|with respect to|with a focus on|under the headings|regarding|considering|covering|in the light of|from the viewpoints of|from the angles of|from the perspectives of|by] {list}.',
      '[I am planning|I am thinking about|I have to prepare|We are preparing|My topic is|Our subject is|Let us talk about|I want to understand] {t}. [Give me advice on|Consider|Cover|Think of|Please treat|Write about|Say something on|I need to know about] {list}.',
      '[Make|Write|Draw up|Give me|Prepare|I need] [a plan|a report|a short report|an essay|a guide|a study|a checklist] [for|on|about] {t} [that covers|that treats|covering|with the parts|with sections on|divided into|with these aspects:] {list}.',
      '[What should|What do] I [know|need to know|consider] about {t}? [Treat|Cover|Consider|Mention] [these aspects|these points|the following aspects|the following]: {list}.',
      '[Topic|Subject|Theme|Task|Goal]: {t}[.|;]\n[Aspects|Points|Parts|Headings|Sections|Sides|Angles][:| -] {list}[.|]',
      'Help me with {t}[:|, namely with|, above all with|. I worry about] {list}.',
      '[From the aspects of|In terms of|Regarding|As for|Concerning] {list}, [plan|discuss|analyze|describe|assess|explain] {t}.',
      '[Plan|Discuss|Analyze|Please plan|Please discuss|Describe|Explain|Let us plan] {t} [from the following aspects|under these headings|in these parts|point by point|in {n} steps][.|:]\n{bullets}',
      '[Topic|Subject|Theme|Task]: {t}\n[Aspects|Points|Parts|Headings|Sections][:|]\n{bullets}',
      '[Examine|Consider|Study|Judge|Review|Explore|Inspect] {t} with [an eye to|an eye on|a look at|a view of|special attention to|attention to|thought for|care for|a thought to] {list}.',
      '[Look at|See|View|Show|Approach] {t} [from|under|by] [the|these|the following|{n}] [angles|points of view|viewpoints|headings|directions]: {list}.',
      'Give [a survey|a summary|a picture|a short account|an account|an outline] of {t}, [point by point|part by part|heading by heading|theme by theme|aspect after aspect|one aspect after the other|one aspect at a time]: {list}.',
      '[Take|Treat|Consider|Sum up] each aspect of {t} [in turn|once|in a few words|briefly]: {list}.',
      'Tell [me|us] [something|more|a little] [about|on] {t}, [a paragraph|one part|a few words|one section] [each|apiece|for each][:|.]\n{bullets}',
      '[What is|What are] the [{n} |][main points|sides|aspects|questions] of {t}? [I think of|I see|Take|They are|Here they are:] {list}.',
      '{bullets}\n[These are the aspects|Use these headings|Treat these points|Say something on each of these] [for|of|in] {t}.',
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
    training: [
      '[Divide|Split|Break] [each aspect|every aspect|each of them|each point] [into|up into|down into] {list}.',
      '[In|Within|Inside] [each aspect|each of them|every part], [treat|discuss|cover] {list}[ separately| in turn|].',
      '[Each aspect|Every point|Each part] [has|gets|needs] [the steps|the parts|its own steps] {list}.',
    ],
    evaluation: ['Under each aspect, go through {list} one by one.'],
  },
  directQuestions: {
    common: ['What about {a} for {t}? Answer directly.'],
    training: [
      '[Give|Tell] me [one piece of advice|one thing|a short word|something] [on|about] {a} [for|with regard to|in] {t}.',
      'I am [planning|preparing|thinking about] {t}. [What should I know about|What about|Any advice on] {a}?',
      '[How|In what way] [does|might] {a} [matter|count|help] for {t}? [Answer directly|No steps, please|Just one sentence].',
    ],
    evaluation: ['What matters about {a} in {t}? Answer without steps.'],
  },
  short: {
    evaluation: ['Be brief.', 'Use one sentence for each.'],
    training: [
      '[Be brief|Keep it short|Be short|Keep each part short|Do not write much][.|, please.]',
      '[Use|Write|Give] one [short |]sentence [for each|each|per aspect|on each].',
    ],
  },
  long: {
    evaluation: ['Go into detail.', 'Use three sentences for each.'],
    training: [
      '[Go into detail|Be thorough|Be detailed|Write at length|Explain in detail][.|, please.]',
      '[Use|Write|Give] three sentences [for each|each|per aspect|on each].',
    ],
  },
  listSeparators: {
    common: [', '],
    training: [', ', ', ', ', ', ', ', ', ', '; ', ' / ', ' | ', ' + ', ' - '],
  },
  lastSeparators: {
    common: [' and ', ', and '],
    training: [' and ', ' and ', ', and ', ', ', ' as well as ', ' & ', ', plus ', ', and also ', ' or '],
  },
  marks: {
    common: ['{a}'],
    training: ['{a}', '{a}', '{a}', '{a}', '"{a}"', "'{a}'", '({i}) {a}', '{i}. {a}', '*{a}*', '<{a}>'],
  },
  bullets: {
    common: ['- {a}'],
    training: [
      '- {a}',
      '* {a}',
      '{i}. {a}',
      '{i}) {a}',
      '({i}) {a}',
      '+ {a}',
      '{a}',
      '> {a}',
      '  - {a}',
      '{i}: {a}',
      '- "{a}"',
    ],
  },
  space: ' ',
  opening: 'Let us consider each aspect.',
  nestedOpening: 'Let us consider each aspect in several steps.',
  conclusion: 'Taken together, these aspects give a clear picture of {t}.',
  detail: 'For {a}, decide on {d} and write down what it means for {t}.',
  detailsDone: 'This covers {a}.',
};
