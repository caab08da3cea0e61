import type { RetrievalWording } from './wording.ts';

export const englishWording: RetrievalWording = {
  introductions: {
    common: ["Here are {n} students' resumes:"],
    training: [
      "Here are the students' resumes:",
      'These are the resumes of {n} students.',
      'Read the following resumes.',
      'Students:',
      'Below are {n} short resumes.',
      '{n} students have applied:',
    ],
    evaluation: ['We received {n} resumes:', 'Look at these students.', 'The applicants are:'],
  },
  resumes: {
    brief: {
      common: ['The student named {name} is {age} years old, with a GPA of {gpa}.'],
      training: [
        '{name} is {age} years old and has a GPA of {gpa}.',
        '{name}: age {age}, GPA {gpa}',
        'Name: {name}; GPA: {gpa}; age: {age}',
        '{name} has a GPA of {gpa} and is {age} years old.',
        'Student {name}, aged {age}, GPA {gpa}.',
      ],
      evaluation: ['{name} ({age} years, GPA {gpa})', 'With a GPA of {gpa}, {name} is {age} years old.'],
    },
    medium: {
      common: [
        'The student named {name} is {age} years old, graduated from {university} with a GPA of {gpa}. He/She is interested in {interests}.',
      ],
      training: [
        '{name} is {age} years old, studied at {university} and has a GPA of {gpa}. Interests: {interests}.',
        'Name: {name}. Age: {age}. University: {university}. GPA: {gpa}. Interests: {interests}.',
        '{name}, aged {age}, likes {interests} and left {university} with a GPA of {gpa}.',
        'Student {name}: {university}, GPA {gpa}, {age} years old, interested in {interests}.',
      ],
      evaluation: [
        '{name} ({age}) holds a degree from {university}; GPA {gpa}; hobbies: {interests}.',
        'At the age of {age}, {name} finished {university} with a GPA of {gpa} and enjoys {interests}.',
      ],
    },
    full: {
      common: [
        'The student named {name} is {age} years old, graduated from {university} with a GPA of {gpa}. He/She is interested in {interests} and his/her self-introduction is: {introduction}',
      ],
      training: [
        '{name} is {age} years old, studied at {university} and has a GPA of {gpa}. Interests: {interests}. {introduction}',
        'Name: {name}. Age: {age}. University: {university}. GPA: {gpa}. Interests: {interests}. Self-introduction: {introduction}',
        '{name}, aged {age}, likes {interests} and left {university} with a GPA of {gpa}. In his/her own words: {introduction}',
        'Student {name}: {university}, GPA {gpa}, {age} years old, interested in {interests}. About me: {introduction}',
      ],
      evaluation: [
        '{name} ({age}) holds a degree from {university}; GPA {gpa}; hobbies: {interests}. Statement: {introduction}',
        'At the age of {age}, {name} finished {university} with a GPA of {gpa} and enjoys {interests}. "{introduction}"',
      ],
    },
  },
  bullets: ['', '', '', '- ', '{i}. ', '{i}) '],
  selfIntroductions: {
    common: ['I love {a} and {b}.', 'My passion is {a}.'],
    training: [
      'I hope to combine {a} with {b} one day.',
      'A curious mind who enjoys {a} and never tires of {b}.',
      '{a} has shaped who I am, and {b} keeps me balanced.',
      'I want to help others through {a}.',
      'I spend my weekends on {b} and my evenings on {a}.',
      'As an enthusiast of {a}, I look for a team that values new ideas.',
      'I believe that {a} can change lives.',
      'I am looking for a place where {b} matters.',
    ],
    evaluation: [
      '{a} drives me, and {b} gives me rest.',
      'I dream of a career that joins {a} and {b}.',
      'People know me for my devotion to {a}.',
    ],
  },
  distractions: [
    'A friend of mine has a GPA of {gpa}.',
    'My sister is {age} years old.',
    'I have lived in {place} for {small} years.',
    'Last year I gave {small} talks in {place}.',
    'My team won {small} prizes.',
  ],
  questions: {
    'gpa-between': {
      common: ['Which student has a GPA between {low} and {high}?'],
      training: [
        'Who has a GPA between {low} and {high}?',
        "Which student's GPA is between {low} and {high}?",
        'Find the student with a GPA from {low} to {high}.',
        'Whose GPA lies between {low} and {high}?',
        'Name the student whose GPA is in the range of {low} to {high}.',
      ],
      evaluation: [
        'Which of the students has a GPA in the range {low} to {high}?',
        'Is there a student with a GPA between {low} and {high}, and who is it?',
      ],
    },
    'gpa-above': {
      common: ['Which student has a GPA above {limit}?'],
      training: [
        'Who has a GPA higher than {limit}?',
        'Find the student whose GPA is greater than {limit}.',
        "Which student's GPA is over {limit}?",
        'Whose GPA is more than {limit}?',
      ],
      evaluation: [
        'Which of the students has a GPA of more than {limit}?',
        'Who is the student with a GPA over {limit}?',
      ],
    },
    'gpa-below': {
      common: ['Which student has a GPA below {limit}?'],
      training: [
        'Who has a GPA lower than {limit}?',
        'Find the student whose GPA is less than {limit}.',
        "Which student's GPA is under {limit}?",
        'Whose GPA is less than {limit}?',
      ],
      evaluation: [
        'Which of the students has a GPA of less than {limit}?',
        'Who is the student with a GPA under {limit}?',
      ],
    },
    'age-between': {
      common: ['Which student is aged between {low} and {high}?'],
      training: [
        'Who is between {low} and {high} years old?',
        'Which student is {low} to {high} years old?',
        'Find the student whose age is from {low} to {high}.',
        'Whose age lies between {low} and {high}?',
      ],
      evaluation: [
        'Which of the students is between {low} and {high} years of age?',
        'Who is the student with an age in the range {low} to {high}?',
      ],
    },
    'age-above': {
      common: ['Which student is older than {limit}?'],
      training: [
        'Who is older than {limit}?',
        'Find the student whose age is above {limit}.',
        'Which student is more than {limit} years old?',
        'Who is over {limit} years old?',
      ],
      evaluation: ['Which of the students is over {limit} years of age?', 'Whose age is more than {limit}?'],
    },
    'age-below': {
      common: ['Which student is younger than {limit}?'],
      training: [
        'Who is younger than {limit}?',
        'Find the student whose age is below {limit}.',
        'Which student is less than {limit} years old?',
        'Who is under {limit} years old?',
      ],
      evaluation: ['Which of the students is under {limit} years of age?', 'Whose age is less than {limit}?'],
    },
    university: {
      common: ['Which student graduated from {value}?'],
      training: [
        'Who graduated from {value}?',
        'Find the student who studied at {value}.',
        'Who studied at {value}?',
      ],
      evaluation: ['Which of the students has a degree from {value}?', 'Who is the graduate of {value}?'],
    },
    interest: {
      common: ['Which student is interested in {value}?'],
      training: [
        'Who is interested in {value}?',
        'Find the student who likes {value}.',
        'Who has an interest in {value}?',
      ],
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
    university: 'graduated from {value}',
    interest: 'is interested in {value}',
  },
  bothQuestion: {
    common: ['Which student {first} and {second}?'],
    training: ['Who {first} and {second}?', 'Which student {first} and also {second}?'],
    evaluation: ['Which of the students {first} and {second}?'],
  },
  lookUps: {
    age: {
      common: ['How old is {name}?'],
      training: ['What is the age of {name}?'],
      evaluation: ["What is {name}'s age?"],
    },
    gpa: {
      common: ['What is the GPA of {name}?'],
      training: ['Which GPA does {name} have?'],
      evaluation: ["What is {name}'s GPA?"],
    },
    university: {
      common: ['Which university did {name} graduate from?'],
      training: ['Where did {name} study?'],
      evaluation: ['From where did {name} graduate?'],
    },
  },
  lookUpAnswers: {
    age: '{name} is {value} years old.',
    gpa: '{name} has a GPA of {value}.',
    university: '{name} graduated from {value}.',
  },
  answerFormat: {
    common: ['Please give your final answer (the student\'s name) in the format of "name: {answer}"'],
    training: [
      'Give your final answer in the format of "name: {answer}"',
      'End with "name: {answer}"',
      'Please answer in the format of "name: {answer}"',
    ],
    evaluation: ['Write your final answer (the name of the student) as "name: {answer}"'],
  },
  answersFormat: 'Please give your final answers in the format of "name 1: {answer}" and "name 2: {answer}"',
  lookUpFormat: 'Please give your final answer in the format of "Answer: {answer}"',
  noneClause: 'If no student fits, answer "none of them".',
  question: 'Question: {question}',
  numberedQuestion: 'Question {i}: {question}',
  label: 'name',
  numberedLabel: 'name {i}',
  lookUpLabel: 'Answer',
  listSeparator: ', ',
  space: ' ',
  lastSeparator: ' and ',
  fields: { age: 'Age', gpa: 'GPA' },
  verdicts: { inside: 'inside', above: 'above', below: 'below' },
  bodies: {
    between: '{field} is {value}, range is {low} to {high}, so it is {verdict}.',
    limit: '{field} is {value}, limit is {limit}, so it is {verdict}.',
    university: 'University is {value}, asked is {asked}, so it is {verdict}.',
    interest: 'Interests are {value}, asked is {asked}, so it is {verdict}.',
  },
  same: { yes: 'the same', no: 'another one' },
  among: { yes: 'one of them', no: 'not one of them' },
  meets: ' This meets the requirement.',
  openings: {
    one: 'Let us check each student.',
    numbered: 'Let us check each student for question {i}.',
    first: 'Let us check the first requirement for each student.',
  },
  nextRound: '{names} meet the first requirement. Let us check the second requirement for them.',
  found: {
    one: 'Only {name} meets the requirement.',
    numbered: 'Only {name} meets the requirement of question {i}.',
    both: 'Only {name} meets both requirements.',
  },
  foundNone: {
    one: 'No student meets the requirement.',
    numbered: 'No student meets the requirement of question {i}.',
    both: 'No student meets both requirements.',
  },
};
