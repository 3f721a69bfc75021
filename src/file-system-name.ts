/** Magic numbers of statfs(2) → what people call the file system. */
const NAMES: Readonly<Record<number, string>> = {
  61267: 'ext',
  1481003842: 'XFS',
  2435016766: 'Btrfs',
  801189825: 'ZFS',
  16914836: 'tmpfs',
  2035054128: 'overlay',
  26985: 'NFS',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  20859: 'SMB',
  538032816: 'exFAT',
  19780: 'VFAT',
  1936094318: 'NTFS',
  1702057286: 'FUSE or virtiofs',
  16914839: '9P',
  40864: 'proc',
  1650812274: 'sysfs',
};

/** The name of a file system by the `type` of its statfs; for one that is not known here, the number in hex. */
export function fileSystemName(type: number): string {
  const magic = type >>> 0;
  return NAMES[magic] ?? `type 0x${magic.toString(16)}`;
}
