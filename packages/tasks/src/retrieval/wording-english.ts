import { askingPatterns } from '../asking.ts';
import type { RetrievalWording } from './wording.ts';

export const englishWording: RetrievalWording = {
  introductions: {
    common: ["Here are {n} students' resumes:"],
    training: [
      "[Here are|These are|Below are|You have|You are given|I have] the [students'|candidates'|graduates'] [resumes|records|files|profiles][.|:]",
      '[These are|Here are|Below are|I have|You are given] the [resumes|records|files|profiles] of {n} students[.|:]',
      '[Please |][read|go through|study|compare|consider] [the following|these|these {n}|all] [resumes|records|profiles|students][ carefully|][.|:]',
      '[Students|Resumes|List of students|Data|Records|Class list][:| ({n}):]',
      '{n} students have [applied|signed up|been interviewed|sent their resumes][:|.]',
    ],
    evaluation: ['We received {n} resumes:', 'Look at these students.', 'The applicants are:'],
  },
  otherIntroductions: {
    common: [],
    training: [
      '[Here are|These are|Below are|You have|You are given|I have|We know] [{n}|some|several|our|the] {nouns}[.|:]',
      '[{Noun} list|List of {nouns}|Data|Records|Overview|Table|Facts on {n} {nouns}|Our {nouns}|File][:| ({n}):]',
      '[Please |][read|go through|study|compare|consider] [the following|these|these {n}|all] [records|{nouns}|entries|lines][ carefully|][.|:]',
      '[This is|Here is] [what we know about|information on|data on|a list of] [{n}|our|some|all] {nouns}[.|:]',
      '{n} {nouns} [are on the list|are left|were found|are in our records][:|.]',
    ],
  },
  resumes: {
    brief: {
      common: ['The student named {name} is {age} years old, with a GPA of {gpa}.'],
      evaluation: ['{name} ({age} years, GPA {gpa})', 'With a GPA of {gpa}, {name} is {age} years old.'],
    },
    medium: {
      common: [
        'The student named {name} is {age} years old, graduated from {affiliation} with a GPA of {gpa}. He/She is interested in {interests}.',
      ],
      evaluation: [
        '{name} ({age}) holds a degree from {affiliation}; GPA {gpa}; hobbies: {interests}.',
        'At the age of {age}, {name} finished {affiliation} with a GPA of {gpa} and enjoys {interests}.',
      ],
    },
    full: {
      common: [
        'The student named {name} is {age} years old, graduated from {affiliation} with a GPA of {gpa}. He/She is interested in {interests} and his/her self-introduction is: {introduction}',
      ],
      evaluation: [
        '{name} ({age}) holds a degree from {affiliation}; GPA {gpa}; hobbies: {interests}. Statement: {introduction}',
        'At the age of {age}, {name} finished {affiliation} with a GPA of {gpa} and enjoys {interests}. "{introduction}"',
      ],
    },
  },
  bullets: {
    common: ['', '', '', '- ', '{i}. ', '{i}) '],
    training: ['', '', '* ', '({i}) ', '{i}: ', 'No. {i}: ', '# ', '> ', '{i} - ', '+ '],
    evaluation: [],
  },
  selfIntroductions: {
    common: ['I love {a} and {b}.', 'My passion is {a}.'],
    training: [
      'I [hope|want|plan|wish] to [combine|connect|unite] {a} with {b} [one day|soon|at work].',
      'A [curious|calm|busy|cheerful] mind who [loves|follows|studies] {a} and never [tires of|forgets|gives up] {b}.',
      '{a} has [shaped|changed|taught] me, and {b} [keeps me balanced|makes me happy|keeps me busy].',
      'I [want|try|hope] to help [others|children|my town] through [{a}|{b}].',
      'I spend my [weekends|mornings|holidays] on {b} and my [evenings|nights] on {a}.',
      'As [an enthusiast|a friend] of {a}, I look for a [team|place|group] that [values new ideas|trusts me|is honest].',
      'I [believe|know|think] that {a} can change [lives|the world|minds].',
      'I am looking for a [place|job|team] where {b} matters.',
      '[Ask me|Talk to me] about {a}[ or {b}|].',
    ],
    evaluation: [
      '{a} drives me, and {b} gives me rest.',
      'I dream of a career that joins {a} and {b}.',
      'People know me for my devotion to {a}.',
    ],
  },
  distractions: {
    common: [
      'A friend of mine has a GPA of {gpa}.',
      'My sister is {age} years old.',
      'I have lived in {place} for {small} years.',
      'Last year I gave {small} talks in {place}.',
      'My team won {small} prizes.',
    ],
    training: [
      'My [brother|cousin|teacher|neighbor] is {age} years old.',
      '[Once|In school|At home] I [read|wrote|counted] {age} [books|letters|birds].',
      'The [prize|ticket|trip] [cost|was worth] {small} dollars.',
      'My [brother|sister|best friend] had a GPA of {gpa}.',
    ],
    evaluation: [],
  },
  questions: {
    'gpa-between': {
      common: ['Which student has a GPA between {low} and {high}?'],
      evaluation: [
        'Which of the students has a GPA in the range {low} to {high}?',
        'Is there a student with a GPA between {low} and {high}, and who is it?',
      ],
    },
    'gpa-above': {
      common: ['Which student has a GPA above {limit}?'],
      evaluation: [
        'Which of the students has a GPA of more than {limit}?',
        'Who is the student with a GPA over {limit}?',
      ],
    },
    'gpa-below': {
      common: ['Which student has a GPA below {limit}?'],
      evaluation: [
        'Which of the students has a GPA of less than {limit}?',
        'Who is the student with a GPA under {limit}?',
      ],
    },
    'age-between': {
      common: ['Which student is aged between {low} and {high}?'],
      evaluation: [
        'Which of the students is between {low} and {high} years of age?',
        'Who is the student with an age in the range {low} to {high}?',
      ],
    },
    'age-above': {
      common: ['Which student is older than {limit}?'],
      evaluation: ['Which of the students is over {limit} years of age?', 'Whose age is more than {limit}?'],
    },
    'age-below': {
      common: ['Which student is younger than {limit}?'],
      evaluation: ['Which of the students is under {limit} years of age?', 'Whose age is less than {limit}?'],
    },
    affiliation: {
      common: ['Which student graduated from {value}?'],
      evaluation: ['Which of the students has a degree from {value}?', 'Who is the graduate of {value}?'],
    },
    interest: {
      common: ['Which student is interested in {value}?'],
      evaluation: ['Which of the students enjoys {value}?', 'Whose interests include {value}?'],
    },
  },
  phrases: {
    'gpa-between': 'has a GPA between {low} and {high}',
    'gpa-above': 'has a GPA above {limit}',
    'gpa-below': 'has a GPA below {limit}',
    'age-between': 'is aged between {low} and {high}',
    'age-above': 'is older than {limit}',
    'age-below': 'is younger than {limit}',
    affiliation: 'graduated from {value}',
    interest: 'is interested in {value}',
  },
  bothQuestion: {
    common: ['Which student {first} and {second}?'],
    evaluation: ['Which of the students {first} and {second}?'],
  },
  lookUps: {
    age: {
      common: ['How old is {name}?'],
      evaluation: ["What is {name}'s age?"],
    },
    gpa: {
      common: ['What is the GPA of {name}?'],
      evaluation: ["What is {name}'s GPA?"],
    },
    affiliation: {
      common: ['Which university did {name} graduate from?'],
      evaluation: ['From where did {name} graduate?'],
    },
  },
  lookUpAnswer: '{name} {state}.',
  asking: {
    question: { common: ['Question: {question}'], training: askingPatterns.en.question },
    numberedQuestion: { common: ['Question {i}: {question}'], training: askingPatterns.en.numberedQuestion },
    label: {
      common: ['name'],
      training: [
        '[name|Name|NAME|answer|Answer|{noun}|{Noun}|Result|result|Final answer|Found|Match|choice|Reply|Solution]',
      ],
    },
    numberedLabel: '{label} {i}',
    format: {
      common: ['Please give your final answer (the {noun}\'s name) in the format of "{label}: {answer}"'],
      training: [
        '[Please |][give|state|return|report|provide|name] [your final answer|the final answer|your answer] ([the {noun}\'s name|the name of one {noun}|only the name|just a name|name only]) [in the format of|in the format|in the form of|in the form|as] "{label}: [{answer}|<answer>|<name>|(name)]"[.|]',
        ...askingPatterns.en.format,
      ],
      evaluation: ['Write your final answer (the name of the {noun}) as "{label}: {answer}"'],
    },
    numberedFormat: {
      common: [
        'Please give your final answers in the format of "{first}: {answer}" and "{second}: {answer}"',
      ],
      training: askingPatterns.en.numberedFormat,
    },
    noneClause: {
      common: ['If no {noun} fits, answer "none of them".'],
      training: [
        'If [no {noun} fits|none fits|no {noun} does|there is no such {noun}|nothing fits|none of the {nouns} does], [answer|say|write|put|reply with|respond] "none of them".',
        '[Answer|Say|Write|Reply] "none of them" if [no {noun} fits|there is none|none of the {nouns} does|you find no such {noun}].',
      ],
    },
    space: ' ',
  },
  askingOne: {
    question: { common: ['Question: {question}'], training: askingPatterns.en.question },
    numberedQuestion: { common: ['Question {i}: {question}'] },
    label: { common: ['Answer'], training: ['[Answer|answer|Result|Value|value|Reply]'] },
    numberedLabel: '{label} {i}',
    format: {
      common: ['Please give your final answer in the format of "{label}: {answer}"'],
      training: askingPatterns.en.format,
    },
    numberedFormat: { common: ['Give "{first}: {answer}" and "{second}: {answer}"'] },
    space: ' ',
  },
  listSeparator: ', ',
  space: ' ',
  lastSeparator: ' and ',
  and: ' and ',
  relations: { above: 'above', below: 'below' },
  verdicts: { inside: 'inside', above: 'above', below: 'below' },
  bodies: {
    between: '{field} is {value}, range is {low} to {high}, so it is {verdict}.',
    limit: '{field} is {value}, asked is {relation} {limit}, so it is {verdict}.',
    exactly: '{field} is {value}, asked is {asked}, so it is {verdict}.',
    interest: 'Interests are {value}, asked is {asked}, so it is {verdict}.',
  },
  same: { yes: 'the same', no: 'another one' },
  among: { yes: 'one of them', no: 'not one of them' },
  meets: ' {name} meets the requirement.',
  openings: {
    one: 'Let us check each one.',
    numbered: 'Let us check each one for question {i}.',
    first: 'Let us check the first requirement for each one.',
  },
  nextRound: '{names} meet the first requirement. Let us check the second requirement for them.',
  found: {
    one: 'Only {name} meets the requirement.',
    numbered: 'Only {name} meets the requirement of question {i}.',
    both: 'Only {name} meets both requirements.',
  },
  foundNone: {
    one: 'None of them meets the requirement.',
    numbered: 'None of them meets the requirement of question {i}.',
    both: 'None of them meets both requirements.',
  },
};
