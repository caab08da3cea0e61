/** Questions of many kinds, for comparing token by token. */
export const questions = [
  'What is the capital of France?',
  'Why is the sky blue?',
  'Write a short poem about the sea.',
  'Explain what a prime number is to a child.',
  'Give me three tips for learning a language.',
  'What is the difference between a virus and a bacterium?',
  'Write a Python function that reverses a string.',
  'Summarise the story of Romeo and Juliet in two sentences.',
  'How do I boil an egg?',
  'Translate "good morning" into Spanish.',
  'What should I pack for a weekend in the mountains?',
  'Who wrote "Pride and Prejudice"?',
  'List the planets of the solar system.',
  'What is 17 plus 25?',
  'Describe a quiet village in winter.',
  'How does a bicycle stay upright?',
  'Write a polite e-mail that moves a meeting to Friday.',
  'What are the benefits of regular exercise?',
  'Explain how rain forms.',
  'Name two famous painters and one picture of each.',
];

/** Things to plan, each from several aspects that do not depend on one another. */
export const plans = [
  ['a birthday party', ['food', 'music', 'guests']],
  ['a school trip to a museum', ['tickets', 'bus', 'lunch', 'safety']],
  ['a vegetable garden', ['soil', 'plants', 'water', 'tools']],
  ['a book club', ['books', 'members', 'meeting place']],
  ['a fitness routine', ['running', 'strength', 'rest', 'food']],
  ['a weekend in the mountains', ['clothes', 'food', 'route']],
  ['a small online shop', ['products', 'website', 'delivery', 'advertising']],
  ['a wedding', ['guests', 'food', 'music', 'budget', 'place']],
  ['a community clean-up day', ['volunteers', 'tools', 'safety']],
  ['a family dinner', ['menu', 'shopping', 'table']],
  ['a language course', ['teacher', 'lessons', 'homework', 'exams']],
  ['a charity run', ['route', 'sponsors', 'volunteers', 'prizes']],
  ['a new kitchen', ['layout', 'appliances', 'budget']],
  ['a summer camp for children', ['activities', 'food', 'safety', 'staff']],
  ['a film evening', ['film', 'snacks', 'seats']],
  ['a bicycle tour', ['bikes', 'route', 'hotels', 'weather']],
  ['a science fair', ['projects', 'judges', 'prizes']],
  ['a move to another city', ['flat', 'work', 'transport', 'friends']],
  ['a music festival', ['bands', 'stage', 'tickets', 'food', 'safety']],
  ['a study plan for an exam', ['topics', 'schedule', 'breaks']],
];

/** The user's turn for one of the plans. */
export function planningQuestion([subject, aspects]) {
  return `Plan ${subject}. Discuss these aspects: ${aspects.join(', ')}.`;
}

/** Two finished conversations in the format: a model of this size copies what it would not follow as instructions. */
export const shownAnswers = [
  ...shown(
    ['a picnic in the park', ['place', 'food', 'games']],
    'A good picnic needs some planning. Let us look at each aspect.',
    [
      ['Place', 'Choose a shady spot near the lake. Arrive early to find a free table.'],
      ['Food', 'Bring sandwiches, fruit and plenty of water. Keep everything cool in a box with ice.'],
      ['Games', 'Pack a ball and a deck of cards. Children also like kites.'],
    ],
    'With a shady place, simple food and a few games, the picnic will be fun for everyone.',
  ),
  ...shown(
    ['a new office', ['rooms', 'furniture', 'neighbours', 'costs']],
    'An office is easier to set up step by step. Let us look at each aspect.',
    [
      ['Rooms', 'Look for three bright rooms near a station. One of them should be quiet enough for calls.'],
      ['Furniture', 'Buy good chairs first. Desks and shelves can be second-hand.'],
      ['Neighbours', 'Tell them the date in advance. Keep the stairs free and the noise low.'],
      ['Costs', 'Set aside money for the rent, the furniture and the network.'],
    ],
    'Find bright rooms, buy good chairs, be kind to the neighbours and keep an eye on the costs.',
  ),
];

function shown(plan, preamble, steps, conclusion) {
  const body = steps.map(([title, text]) => `####${title}: ${text}\n\n`).join('');
  return [
    { role: 'user', content: planningQuestion(plan) },
    { role: 'assistant', content: `${preamble}\n\n${body}####%%%%\n${conclusion}` },
  ];
}
