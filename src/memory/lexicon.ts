/**
 * Words that English uses for one another, in the trade of a company of one before all: whoever asks for the price finds what was said
 * of the fee. A question's own words always weigh more than these. Written by hand; only what a dictionary would call the same, never
 * what merely belongs to a topic.
 */
export const alikeWords: readonly (readonly string[])[] = `
accident crash collision
advertise advertising ad campaign promotion marketing promote
advice advise suggest recommend recommendation tip suggestion
allergy allergic intolerance
angry mad furious
attend participate join
baby newborn infant
bank account iban
big large huge
birthday born
boss manager supervisor employer
broken broke damage repair fix
budget limit cap
bug error defect fault
buy purchase order
cancel terminate withdraw
car vehicle
child kid
client customer buyer
clothes clothing
company business firm enterprise
competition contest
computer laptop
confirm confirmation approve approval agree
contract agreement deal terms
create make build
deadline due date
decide choose decision choice pick
delay postpone late reschedule
deliver delivery ship shipping shipment
describe description
discount rebate reduction
doctor physician
draft version revision
earn income salary wage
email mail message letter
employee staff worker colleague coworker
expect expectation
father dad papa
favorite favourite best preferred prefer
feature function
film movie
friend buddy
gift present
goal aim target
grandfather grandpa
grandmother grandma granny
grow growth expand expansion
happy glad pleased
hate dislike
help support assist aid
hire recruit
home house
hotel accommodation
hours time schedule
ill sick illness disease
important significant
improve improvement better
insurance policy coverage
investor investment funding
invoice bill receipt
job work career profession occupation
launch release rollout publish
lawyer attorney legal
live reside residence address
medicine drug medication
meeting call appointment
mother mom mum
move relocate
new recent recently latest
newsletter mailing issue
offer quote proposal estimate bid
office workspace
often frequently usually regularly
owe debt debtor overdue outstanding unpaid
password credential login
pay payment paid transfer
phone mobile call
photo picture image photograph
plan intend
price cost fee rate charge amount
problem issue trouble difficulty
profit margin earnings
project initiative
question ask query
rate hourly daily
reason because why cause
refund reimburse reimbursement repay
reject refuse decline deny
remember memory recall remind reminder
renew renewal extend extension
reply answer respond response
report summary document
request ask demand
research investigate
retire leave resign
revenue turnover sales
sad unhappy upset
sell sale vendor
server hosting domain
shop store
sign signature signed
small little tiny
start begin
stock inventory warehouse
stop quit end finish cease
story tale
subscribe subscriber subscription member
supplier vendor provider
tax vat duty
teach teacher instruct
team group
think opinion believe view
town city
trip travel journey
unsubscribe leave opt
want wish desire
warranty guarantee
website site page online
wedding marry married marriage
wife husband spouse partner
win won award prize
worry concern afraid fear
`
  .trim()
  .split('\n')
  .map((line) => line.split(' '))
