-- The content model "note" gets a field, as a later version of the programs would bring it.
SELECT model_add_field('note', 'owner', 'text', 'nobody');
