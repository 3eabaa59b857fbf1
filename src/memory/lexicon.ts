/**
 * Words of everyday and business English that are used for one another: whoever asks for the price finds what was said of the fee. A
 * question's own words always weigh more than these. Written by hand for this project; order and grouping mean nothing.
 */
export const alikeWords: readonly (readonly string[])[] = `
accident crash collision
activity hobby pastime
advertise advertising ad campaign promotion marketing promote
advice advise suggest recommend recommendation tip suggestion
allergy allergic intolerance
angry mad furious
army military veteran soldier
attend participate join
baby newborn infant
bank account iban
beautiful gorgeous pretty lovely
big large huge
birthday born
book novel read reading author
boss manager supervisor employer
broken broke damage repair fix
budget limit cap
bug error defect fault
buy purchase order shop
cancel terminate withdraw
car vehicle truck
charity fundraiser donation cause
child kid children son daughter
church faith religion religious
city town
clothes clothing outfit wear
company business firm startup enterprise
competition contest tournament match
computer laptop device
confirm confirmation approve approval agree
contract agreement deal terms
cook cooking bake baking recipe meal dish
country abroad homeland nation
create make build made
customer client buyer
dance dancing dancer
deadline due date
decide choose decision choice pick
delay postpone late reschedule
deliver delivery ship shipping shipment
describe description
design designer style fashion
die died death passed funeral
diet eat food
discount rebate reduction
doctor physician hospital clinic medical
draft version revision
drink coffee tea
earn income salary wage money financial
eat food meal dinner lunch breakfast
email mail message letter
employee staff worker colleague coworker
exercise workout fitness gym training
expect expectation
family relative relatives
father dad papa
favorite favourite best preferred prefer
feature function
fired laid lost
flight plane airport
friend pal buddy friendship
gift present gave
goal dream ambition aspiration
grandfather grandpa
grandmother grandma granny
grow growth expand expansion
happy glad joy excited thrilled pleased delighted
hate dislike complaint annoy
help support assist aid
hire recruit join
hobby interest passion
home house apartment flat
hotel accommodation room
hours time schedule
husband wife spouse partner married marriage
ill sick illness disease injury hurt health
important significant special meaningful value
improve improvement better progress
insurance policy coverage
investor investment funding
invoice bill receipt
job work career profession occupation role position
language speak
launch release rollout publish
lawyer attorney legal
learn study education school course class degree college university
like love enjoy adore fond favorite
live reside residence address
lose lost fail
medicine drug prescription treatment
meet encounter introduce
meeting call appointment conversation
mother mom mum mama
move relocate moved
movie film
music song band concert
nature outdoors forest mountain beach
new recent recently latest
newsletter mailing issue
nickname name called
offer quote proposal estimate bid
office workspace desk
often frequently usually regularly
old age aged birthday born
order purchase
owe debt debtor overdue outstanding unpaid
paint painting draw drawing art artwork
parent mom dad mother father
participate join part involved
partner cofounder founder owner
party celebration celebrate event
password credential login
pay payment paid transfer
pet dog cat puppy kitten
phone mobile call
photo picture image pic photograph snap
plan intend going goal aim hope
politics political election office campaign
prefer preference
presentation slides talk speech
price cost fee rate charge amount
problem issue trouble difficulty challenge struggle obstacle setback hurdle
profit margin earnings
project initiative
proud pride achievement accomplishment
quality trait characteristic personality
question ask query
rate hourly daily
reason because why cause motivate motivation inspire inspired inspiration
refund reimburse reimbursement repay
reject refuse decline deny
relax destress unwind calm rest
remember memory recall reminder remind
renew renewal extend extension
reply answer respond response
report summary document
request ask demand
research investigate look looking
result outcome
retire leave resign
revenue turnover sales
run running race marathon jog
sad upset down grief
sea ocean beach lake
sell sale vendor
server hosting domain
shop store boutique
show series tv
sibling brother sister
sign signature signed
single divorce breakup
skill talent ability
small little tiny
start begin launch open found establish
stock inventory warehouse
stop quit end finish cease
store shop
story tale
stress pressure overwhelm
subscribe subscriber subscription member
supplier vendor provider
support encouragement encourage
symbol symbolize represent meaning
tax vat duty
teach teacher lesson instruct coach mentor
team group club
think opinion feel believe view
trip travel journey vacation holiday visit tour
unsubscribe leave opt
vegetarian vegan meat
volunteer volunteering charity donate donation
walk hike hiking trail
want wish desire hope
warranty guarantee
weather storm rain flood
website site page online
wedding marry married marriage engaged
win won award prize victory trophy
worry concern afraid fear scared anxious nervous
write writing writer journal poem
`
  .trim()
  .split('\n')
  .map((line) => line.split(' '))

/** Classes and some of what belongs to them: a question names the class, the answer a member. Not the other way round. */
export const memberWords: ReadonlyMap<string, readonly string[]> = new Map(
  `
activity: painting pottery reading hiking camping swimming running dancing yoga museum cooking volunteering gardening
animal: dog cat horse bird bear wolf fish rabbit dinosaur turtle
art: painting drawing sculpture pottery photography mural abstract
artist: singer band painter musician
book: novel author read fiction series
city: paris rome london berlin tokyo york boston chicago barcelona madrid
class: yoga pottery dance painting cooking
clothing: dress shirt hoodie shoes jacket sweatshirt
color: red blue green yellow purple pink white black orange
colour: red blue green yellow purple pink white black orange
country: france italy spain germany sweden england japan mexico canada china india brazil ireland scotland norway
dance: ballet salsa tango jazz waltz
dessert: cake pie cookies ice cream chocolate
device: phone laptop tablet computer camera
disaster: flood fire earthquake hurricane storm
drink: coffee tea wine beer juice water
emotion: happy sad angry excited proud scared grateful
event: parade concert fundraiser festival wedding conference party fair ceremony
exercise: yoga running swimming cycling weights boxing kickboxing pilates gym hiking
family: mother father mom dad brother sister son daughter aunt uncle grandma grandpa cousin husband wife kids
feel: happy sad angry excited proud scared grateful
flower: rose tulip sunflower daisy
food: pizza pasta salad cake cookies soup chicken sushi bread chocolate
furniture: chair couch table sofa bed
game: chess cards soccer video
health: doctor hospital injury therapy diet
hobby: painting pottery reading photography gardening cooking baking hiking dancing knitting gaming writing music
holiday: christmas easter thanksgiving halloween independence
instrument: guitar piano violin drum flute clarinet cello saxophone trumpet ukulele
job: banker teacher nurse engineer lawyer doctor manager accountant designer counselor
martial: karate judo taekwondo kickboxing boxing jujitsu
meal: pizza pasta salad soup chicken dinner lunch breakfast
musician: singer band guitarist artist
nature: forest mountain beach lake park trail flowers
outdoor: hiking camping park mountain beach forest
pet: dog cat puppy kitten hamster rabbit bird fish parrot horse turtle
place: park beach museum mountain city lake restaurant church
relative: aunt uncle cousin grandma grandpa mother father brother sister
season: spring summer autumn fall winter
sport: soccer football basketball tennis baseball hockey swimming running cycling yoga surfing skiing golf volleyball climbing
transport: car train bus plane bike
vehicle: car truck bike motorcycle bus
workout: yoga running swimming cycling weights boxing kickboxing pilates gym circuit
`
    .trim()
    .split('\n')
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2).split(' ')] as const),
)
