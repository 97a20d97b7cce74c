/**
Gives the memory of a buffer back at once, if it has just so many bytes. Left to the garbage collector, which hardly sees memory outside its heap, some
hundred megabytes would gather first. Memory of another size is not what was asked for, and is left alone.
*/
export function giveBack({buffer: memory}: Buffer, bytes: number): void {
	if (memory instanceof ArrayBuffer && memory.byteLength === bytes) {
		memory.transfer(0);
	}
}
