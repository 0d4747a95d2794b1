"""The first page of each: volunteer, organization, staff desk; pages that mix all subjects."""
