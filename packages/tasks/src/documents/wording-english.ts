import { askingPatterns } from '../asking.ts';
import { englishDistractions } from './distractions.ts';
import { englishFacts } from './facts-english.ts';
import { englishTrainingFacts } from './facts-english-training.ts';
import type { DocumentsWording } from './wording.ts';

export const englishWording: DocumentsWording = {
  facts: { evaluation: englishFacts, training: [...englishFacts, ...englishTrainingFacts] },
  titles: {
    common: ['Document', 'Document'],
    training: [
      '[Passage|Text|Source|Document|Report|Letter|Page|Chapter|Item|Entry|File|Memo|Section|Paper|Story|Record|Excerpt]',
      '[Email|Message|Post|Comment|Review|Statement|Summary|Extract|Fragment|Card|Sheet|Slide|Leaflet|Brochure|Transcript]',
      '[Paragraph|Part|Piece|Column|Clip|Snippet|Quote|Abstract|Essay|Interview|Testimony|Witness|Case|Exhibit|Fact|Log]',
      '[Dossier|Bulletin|Notice|Announcement|Profile|Portrait|Lesson|Reading|Clue|Hint|Line|Block|Unit|Volume|Book|Folder]',
      '[document|text|passage|report|letter|page|source|doc|entry|file|record|TEXT|DOC|DOCUMENT|SOURCE|Doc|Txt|D|P|S]',
      '[News|Press|Archive|Library|Web|Field|Travel|Court|Town|Family|Police|School] [Item|Report|Text|Page|Entry|File|Story]',
      '{word}[| Report| Text| File| Letter| Paper]',
    ],
    evaluation: ['Article', 'Note'],
  },
  titled: {
    common: ['{title} {i}'],
    training: [
      '{title} {i}',
      '{title} {i}',
      '{title} {i}',
      '{title} [no. |No. |Nr. |number |No ]{i}',
      '{title}[ |-|]{letter}',
      '{title}[ |-|/|_]{i}',
      '{title} {code}',
      '{title} ({i})',
      '{title} [of|from|on|about|for] {place}',
      '[The |]{place} {title}',
    ],
  },
  framed: {
    common: ['{title}: {text}'],
    // The most usual form most often.
    training: [
      '{title}: {text}',
      '{title}: {text}',
      '{title}: {text}',
      '{title}: {text}',
      '{title}[ -| --|.|,|;| =| >] {text}',
      '{title} | {text}',
      '{title} | {text}',
      '{title}[|:]\n{text}',
      '- {title}[:| -] {text}',
      '* {title}: {text}',
      '[#|##] {title}\n{text}',
      '**{title}**[:|] {text}',
      '{open}{title}{close}[:|] {text}',
      '({title}) {text}',
      '<{title}> {text}',
      '"{title}"[:|] {text}',
      '[--- {title} ---|=== {title} ===|* {title} *]\n{text}',
      '{title}: "{text}"',
    ],
  },
  introductions: {
    common: ['', '', ''],
    training: [
      '',
      '[Please |][read|study|consider|go through|look through|check|examine|take] [the|these|all the|the {n}|these {n}] [following |]texts[ carefully| below| closely|][.|:]\n\n',
      '[Here are|These are|Below are|Following are|You are given|You have|I have|We collected|I found] [{n}|some|several|a few|the] [short |brief |different |old |new |][texts|papers|writings|sources|pieces|extracts][.|:]\n\n',
      '[Answer|Reply to|Solve] the question [with the help of|using|with|on the basis of|from|by means of] [these|the|the following] [texts|writings|papers|sources|lines][ only|][.|:]\n\n',
      '[Texts|Context|Sources|Background|Material|Given texts|Papers|Collection][:| ({n}):]\n[|\n]',
    ],
    evaluation: ['Use what is written below.\n\n', 'There are {n} texts.\n\n'],
  },
  pronouns: {
    person: ['He', 'She'],
    company: ['It'],
    place: ['It'],
    work: ['It'],
    team: ['It'],
    building: ['It'],
    device: ['It'],
  },
  distractions: englishDistractions,
  asking: {
    question: { common: ['Question: {question}'], training: askingPatterns.en.question },
    numberedQuestion: { common: ['Question {i}: {question}'], training: askingPatterns.en.numberedQuestion },
    label: {
      common: ['Answer'],
      training: [
        'Answer',
        '[answer|ANSWER|Final answer|final answer|Result|result|Reply|Solution|Response|Finding|Output|A|Conclusion|It is|Found]',
      ],
    },
    numberedLabel: '{label} {i}',
    format: {
      common: ['Please give your final answer in the format of "{label}: {answer}"'],
      training: askingPatterns.en.format,
      evaluation: ['Write your final answer as "{label}: {answer}"'],
    },
    numberedFormat: {
      common: [
        'Please give your final answers in the format of "{first}: {answer}" and "{second}: {answer}"',
      ],
      training: askingPatterns.en.numberedFormat,
    },
    noneClause: {
      common: ['If no text says it, answer "none of them".'],
      training: [
        'If [none|nothing|no text|no document|none of the texts|not a single text] [says it|says so|tells|contains the answer|has the answer|mentions it|helps], [answer|say|write|put|reply with|the answer is|respond] "none of them".',
        '[Answer|Say|Write|Reply] "none of them" if [the answer is missing|it is not there|it is not said|no text has it|you cannot find it].',
      ],
    },
    space: ' ',
  },
  space: ' ',
  about: 'is about {s}, asked is {asked}, so it is {verdict}.',
  same: { yes: 'the same', no: 'another one' },
  says: 'It says {sentence}',
  silent: 'It does not answer the question.',
  openings: { one: 'Let us check each document.', numbered: 'Let us check each document for question {i}.' },
  found: { one: '{title} gives the answer.', numbered: '{title} answers question {i}.' },
  foundNone: { one: 'No document gives the answer.', numbered: 'No document answers question {i}.' },
};
