# What the handlers need beside Ruby itself; `gem install -g` reads it. Lambda's own Ruby has it already.
gem "aws-sdk-dynamodb", "~> 1"
