// The first files of this target arrive with it.
