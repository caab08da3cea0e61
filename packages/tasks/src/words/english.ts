// Word lists of the generators, plain ASCII.

const list = (words: string) => words.trim().split(/\s*,\s*/);

export const firstNames = list(`
  Aisha, Albert, Alice, Amina, Andrea, Anna, Anthony, Ava, Ben, Betty, Bruno, Carla, Carlos, Charles, Chloe, Clara,
  Daniel, David, Dora, Edith, Elena, Elizabeth, Ella, Emil, Emma, Fatima, Felix, Frida, George, Greta, Hans, Helen,
  Henry, Hiro, Hugo, Ingrid, Irene, Ivan, Jack, James, Jenny, Jonas, Julia, Karim, Kenji, Lars, Laura, Leo, Lily, Linda,
  Lucas, Lucia, Marco, Maria, Mary, Mia, Michael, Ming, Nadia, Nancy, Noah, Nora, Olga, Oliver, Omar, Oscar, Paula, Pedro,
  Peter, Priya, Ravi, Richard, Robert, Rosa, Ruth, Sakura, Sarah, Sofia, Susan, Thomas, Vera, Victor, Walter, Yuki, Yusuf,
  Adam, Agnes, Alan, Alex, Amelia, Amir, Arthur, Astrid, Beatrice, Boris, Brian, Camila, Cecilia, Chiara, Claire, Colin,
  Daisy, Diana, Diego, Dmitri, Eli, Elsa, Erik, Eva, Farah, Fiona, Gabriel, Grace, Hannah, Harry, Hassan, Ines, Isaac,
  Jacob, Jasmine, Joel, Jorge, Kate, Kevin, Keita, Leila, Liam, Louis, Mei, Milan, Miriam, Nathan, Neha, Nina, Nitin, Owen,
  Patrick, Petra, Philip, Rachel, Raj, Rebecca, Riku, Samir, Sandra, Sergei, Simon, Stella, Tara, Theo, Toru, Ursula,
  Valeria, Vincent, Wei, William, Xavier, Yan, Zara, Zoe`);

export const lastNames = list(`
  Adams, Ahmed, Baker, Bauer, Becker, Brown, Chen, Clark, Cohen, Collins, Costa, Davis, Dubois, Evans, Ferrari, Fischer,
  Garcia, Gonzalez, Green, Gupta, Hall, Hassan, Hill, Ito, Ivanov, Johnson, Jones, Khan, Kim, King, Kowalski, Kumar, Lewis,
  Lopez, Martin, Meyer, Moore, Muller, Nelson, Nguyen, Novak, Okafor, Olsen, Parker, Patel, Perez, Petrov, Rossi, Sanchez,
  Santos, Sato, Schmidt, Scott, Sharma, Silva, Smith, Suzuki, Tanaka, Taylor, Tran, Turner, Walker, Wang, Weber, White,
  Williams, Wilson, Wright, Young, Zhang,
  Abbott, Alvarez, Andersen, Barnes, Bell, Bennett, Bianchi, Carter, Castro, Cruz, Diaz, Eriksen, Fernandez, Foster, Fox,
  Fraser, Gomez, Gray, Haas, Harris, Hernandez, Hirata, Horvat, Howard, Jensen, Keller, Lang, Larsen, Lee, Li, Lindgren,
  Liu, Marino, Mendez, Mitchell, Morales, Morgan, Mori, Murphy, Nakamura, Norris, Ortiz, Park, Peters, Phillips, Popov,
  Quinn, Ramirez, Reddy, Reid, Rivera, Roberts, Romano, Schneider, Shah, Simmons, Singh, Stewart, Takagi, Thompson, Torres,
  Varga, Vogel, Wagner, Watanabe, Wolf, Wood, Yamada, Yilmaz, Zimmer`);

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

/** None begins with a vowel: `a` stands before them. */
export const eventKinds = list('book, charity, child, church, family, food, garden, music, school, summer');

export const events = list(
  'camp, campaign, course, event, market, meeting, party, project, wedding, workshop',
);

export const subjects = list(
  'chemistry, climate change, history, music, organic farming, physics, social media, sports, technology, tourism',
);

export const interests = list(`
  Acting, Archery, Architecture, Art, Astronomy, Baking, Basketball, Biology, Board Games, Camping, Ceramics, Chemistry,
  Chess, Climbing, Community Service, Computer Science, Conservation, Cooking, Cycling, Dance, Debate, Design, Drawing,
  Economics, Engineering, Ethics, Fashion, Film, Finance, Fishing, Fitness, Football, Gaming, Gardening, Geography, Hiking,
  History, Investing, Jazz, Journalism, Languages, Law, Linguistics, Literature, Marketing, Mathematics, Medicine, Music,
  Nature Photography, Nursing, Opera, Painting, Philosophy, Photography, Physics, Poetry, Political Science, Pottery,
  Programming, Psychology, Public Speaking, Robotics, Rowing, Sailing, Sculpture, Singing, Skiing, Social Media, Sociology,
  Surfing, Swimming, Teaching, Tennis, Theater, Travel, Volunteering, Web Design, Wildlife, Writing, Yoga`);

export const materials = list(`
  black, blue, cheap, cold, fine, fresh, green, heavy, light, local, modern, organic, plain, red, small, soft, special,
  strong, white, yellow`);

export const teamKinds = list(
  'Tigers, United, Rovers, Hawks, Rangers, City, Wolves, Athletic, Stars, Giants',
);

export const buildingKinds = list(
  'Tower, Bridge, Hall, Museum, Theater, Station, Library, Castle, Hotel, Stadium',
);

export const codeLetters = 'ABCDEFGHKMNPRSTUVWXYZ'.split('');
