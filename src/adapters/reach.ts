import { BlockList, isIPv4, isIPv6 } from 'node:net'

/**
 * True for an address on the public internet. Everything else (private, loopback, link-local, unique-local, shared, multicast,
 * documentation, the metadata services of clouds, and IPv4 addresses dressed as IPv6) could reach into our own network.
 * Source: IANA special-purpose address registries for IPv4 and IPv6, 2025-10.
 */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4')
  return isIPv6(address) && global.check(address, 'ipv6') && !special.check(address, 'ipv6')
}

const special = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  special.addSubnet(network, prefix, 'ipv4')
}
// Within global unicast: protocol assignments with Teredo and ORCHID, 6to4, and documentation.
special.addSubnet('2001::', 23, 'ipv6')
special.addSubnet('2001:db8::', 32, 'ipv6')
special.addSubnet('2002::', 16, 'ipv6')
special.addSubnet('3fff::', 20, 'ipv6')

// Of IPv6 only global unicast is public. Mapped (::ffff:0:0/96) and translated (64:ff9b::/96) addresses lie outside of it.
const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')
