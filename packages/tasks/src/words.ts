// Word lists of the generators, plain ASCII.

const list = (words: string) => words.trim().split(/\s*,\s*/);

export const firstNames = list(`
  Aisha, Albert, Alice, Amina, Andrea, Anna, Anthony, Ava, Ben, Betty, Bruno, Carla, Carlos, Charles, Chloe, Clara,
  Daniel, David, Dora, Edith, Elena, Elizabeth, Ella, Emil, Emma, Fatima, Felix, Frida, George, Greta, Hans, Helen,
  Henry, Hiro, Hugo, Ingrid, Irene, Ivan, Jack, James, Jenny, Jonas, Julia, Karim, Kenji, Lars, Laura, Leo, Lily, Linda,
  Lucas, Lucia, Marco, Maria, Mary, Mia, Michael, Ming, Nadia, Nancy, Noah, Nora, Olga, Oliver, Omar, Oscar, Paula, Pedro,
  Peter, Priya, Ravi, Richard, Robert, Rosa, Ruth, Sakura, Sarah, Sofia, Susan, Thomas, Vera, Victor, Walter, Yuki, Yusuf`);

export const lastNames = list(`
  Adams, Ahmed, Baker, Bauer, Becker, Brown, Chen, Clark, Cohen, Collins, Costa, Davis, Dubois, Evans, Ferrari, Fischer,
  Garcia, Gonzalez, Green, Gupta, Hall, Hassan, Hill, Ito, Ivanov, Johnson, Jones, Khan, Kim, King, Kowalski, Kumar, Lewis,
  Lopez, Martin, Meyer, Moore, Muller, Nelson, Nguyen, Novak, Okafor, Olsen, Parker, Patel, Perez, Petrov, Rossi, Sanchez,
  Santos, Sato, Schmidt, Scott, Sharma, Silva, Smith, Suzuki, Tanaka, Taylor, Tran, Turner, Walker, Wang, Weber, White,
  Williams, Wilson, Wright, Young, Zhang`);

export const countries = list(`
  Albania, Algeria, Angola, Argentina, Armenia, Austria, Bahrain, Belgium, Belize, Benin, Bhutan, Bolivia, Botswana,
  Brazil, Bulgaria, Burundi, Cambodia, Cameroon, Canada, Chad, Chile, Colombia, Croatia, Cuba, Cyprus, Denmark, Djibouti,
  Ecuador, Egypt, Eritrea, Estonia, Ethiopia, Fiji, Finland, France, Gabon, Georgia, Germany, Ghana, Greece, Guyana, Haiti,
  Honduras, Hungary, Iceland, Indonesia, Ireland, Italy, Jamaica, Japan, Jordan, Kenya, Kuwait, Latvia, Lesotho, Liberia,
  Libya, Malawi, Malta, Mexico, Moldova, Mongolia, Morocco, Namibia, Nepal, Niger, Norway, Oman, Pakistan, Panama, Paraguay,
  Peru, Poland, Portugal, Qatar, Romania, Rwanda, Senegal, Serbia, Slovenia, Spain, Sudan, Sweden, Togo, Tunisia, Turkey,
  Uganda, Uruguay, Vietnam, Yemen, Zambia, Zimbabwe, Costa Rica, El Salvador, New Zealand, Sri Lanka`);

export const companyKinds = list('Bank, Foods, Group, Labs, Ltd, Motors, Press, Studios, Systems, Works');

export const products = list(`
  boats, boots, bread, bricks, candles, carpets, chairs, cheese, clocks, coffee, drums, furniture, glass, gloves, guitars,
  hats, honey, juice, knives, lamps, medicine, mirrors, paint, paper, pencils, pianos, plates, robots, ropes, salt, shoes,
  soap, solar panels, steel, tea, tents, tires, toys, trucks, umbrellas, watches, wine`);

export const fields = list(
  'Art, Biology, Chemistry, Design, History, Law, Medicine, Music, Nursing, Physics, Science, Technology',
);

export const workNouns = list(`
  Bridge, Garden, House, Island, King, Letter, Light, Market, Mirror, Night, Park, River, Road, Secret, Song, Story,
  Summer, Tree, Voice, Winter`);

export const months = list(
  'January, February, March, April, May, June, July, August, September, October, November, December',
);

export const aspects = list(`
  activities, art, budget, communication, costs, culture, customers, decoration, economy, education, employment,
  energy, environment, equipment, family, food, funding, guests, health, history, hotels, housing, infrastructure,
  innovation, location, logistics, maintenance, marketing, music, nature, nightlife, packing, policy, quality, research,
  risk, safety, schedule, security, shopping, sports, staff, storage, supply, technology, timeline, tourism,
  trade, training, transport, water, weather`);

/** None begins with a vowel: `a` stands before them. */
export const eventKinds = list('book, charity, child, church, family, food, garden, music, school, summer');

export const events = list(
  'camp, campaign, course, event, market, meeting, party, project, wedding, workshop',
);

export const subjects = list(
  'chemistry, climate change, history, music, organic farming, physics, social media, sports, technology, tourism',
);
