"""Reads of documents: the library, one document with its versions, counts. Each holds only what one may see."""
