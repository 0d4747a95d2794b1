"""Help requests (依頼) with their dated shifts (活動枠), their publication, and the public board."""
